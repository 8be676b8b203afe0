"""The data that is measured on: as many cases as wanted, each the copy of one that the demonstration went through.

`archetypes` plays the demonstration once and reads its files; `moving` gives a state new ids and another time;
`organisation` founds the offices, `cases` fills them with copies, `writing` puts rows into a database.
"""
