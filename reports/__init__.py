"""What a person sees: screens, and files for other programs, made from frozen results alone."""
