"""The inbox: every call until somebody has dealt with it, in three columns, by keyboard or mouse.

boxes    which calls lie in which box, and in what order
asked    what an address asks for: box, filters, search, place in the list
queries  the calls of a list, a page at a time, and how many each box holds
rows     a call as its line of the list shows it
pane     all that is read and done about one call
acts     what is done to calls, one or many, and how it is taken back
views    the pages and their parts
"""
