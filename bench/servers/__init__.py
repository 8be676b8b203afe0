"""The servers: ours with either executor, and those it is compared with."""
