"""Sources: each reads one format and lands it as text; one set of rules then says where every row ends."""
