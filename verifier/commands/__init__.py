"""Subcommands of `mingzhang-verify` that touch more than one file: arguments, files, sockets and clocks."""
