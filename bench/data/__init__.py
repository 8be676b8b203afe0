"""The data that is measured on: as many cases as wanted, each the copy of one that the demonstration went through.

`archetypes` builds the demonstration once and reads its files; `relocation` gives a state new ids and another time;
`organisation` founds the offices, `sampling` and `copying` fill them with copies, `writing` inserts the rows.
"""
