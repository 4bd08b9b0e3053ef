-- What the platform does not list any more is in no listing. A search for missing objects by their last sync relies on it.
alter table data_object add constraint missing_is_unlisted check (missing_since is null or listed_with is null);
