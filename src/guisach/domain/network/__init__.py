"""The network: province, communes, places, fairs, staff and their roles."""
