"""Where else a thing may go: places that take gifts, repair, or sort, from ADEME's open data and from coordinators."""
