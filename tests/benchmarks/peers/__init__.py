"""What a user could take instead, on one task: draw queries, choose ads, draw clicks under a fixed policy.

`ENGINES` is the list. An engine is a function without arguments that gets ready and hands back a
`Contender`; it raises `NotHere` where it is not installed. To add one, write it and name it there.
"""
