-- The open runs of each connection, and among them the line of those that wait for the end of another. Its condition does not name
-- the status, nor do the queries that it is for: else the planner takes task_run_pending where that was empty when it was last
-- analyzed, and every end of a run walks through all that has come to wait since.
-- The drops come first: they lock the table against all others, who would otherwise come between the two locks.
drop index task_run_limited;
drop index task_run_of_connection;
create index task_run_open on task_run (connection_id, limited_since, id) where completed_at is null;
