"""The demonstration province: Cao Bằng's communes, invented places, people and a year of lending.

Communes, fairs and most titles are real; places, staff, readers and everything that happens are made up.
The same seed gives the same province, digest included: it ends on a fixed day, not today.
"""
