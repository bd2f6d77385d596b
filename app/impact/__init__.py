"""What the portal has made possible, in public: figures and open data in which nobody can be told from four others."""
