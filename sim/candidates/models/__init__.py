"""Models that can be named without an import path: adapters to libraries that speak another language than scikit-learn."""
