package dev.connections.worker.source.oracle;

/**
 * The views of the dictionary that a crawl reads, as tables with the columns that Oracle's Database Reference lists, and what a
 * PostgreSQL lacks of Oracle's functions.
 */
final class OracleDictionary {
    /** LONGs are texts; numbers and times are what they are. */
    static final String DEFINITION = """
            create schema dictionary;
            set search_path = dictionary;
            create sequence ids start 70000;
            create table dual (dummy text);
            insert into dual values ('X');
            create function sys_context(namespace text, parameter text) returns text language sql as
                'select case parameter when ''session_user'' then upper(session_user::text) else current_database()::text end';
            create function to_nchar(name text) returns bytea language sql immutable as
                'select convert_to(name, ''UTF8'')';
            create table session_roles (role text);
            create table session_privs (privilege text);
            create table all_users (username text primary key, user_id int default nextval('ids'), oracle_maintained text default 'N');
            create table all_objects (owner text, object_name text, object_id bigint default nextval('ids'),
                object_type text, secondary text default 'N',
                primary key (owner, object_name, object_type));
            create table all_all_tables (owner text, table_name text, iot_type text, nested text default 'NO',
                temporary text default 'N', partitioned text default 'NO', table_type_owner text, table_type text);
            create table all_external_tables (owner text, table_name text, type_name text);
            create table all_mviews (owner text, mview_name text, container_name text, query text);
            create table all_tab_cols (owner text, table_name text, column_id int, column_name text, data_type text,
                data_type_mod text, data_type_owner text, data_length int default 0, data_precision int, data_scale int,
                char_length int default 0, char_used text, nullable text default 'Y', default_length int, data_default text,
                hidden_column text default 'NO', virtual_column text default 'NO', identity_column text default 'NO');
            create table all_constraints (owner text, constraint_name text, constraint_type text, table_name text,
                r_owner text, r_constraint_name text);
            create table all_cons_columns (owner text, constraint_name text, table_name text, column_name text,
                position int);
            create table all_tab_comments (owner text, table_name text, table_type text, comments text);
            create table all_mview_comments (owner text, mview_name text, comments text);
            create table all_col_comments (owner text, table_name text, column_name text, comments text);
            create table all_views (owner text, view_name text, text text);

            do $$ declare of_all text; begin
                for of_all in select tablename from pg_tables where schemaname = 'dictionary' and tablename like 'all\\_%' loop
                    execute format('create view %I as select * from %I', 'dba' || substr(of_all, 4), of_all);
                end loop;
            end $$;

            create procedure drop_objects(of_owner text, named text) language plpgsql as $$
            begin
                delete from all_objects where owner = of_owner and object_name = coalesce(named, object_name);
                delete from all_all_tables where owner = of_owner and table_name = coalesce(named, table_name);
                delete from all_tab_cols where owner = of_owner and table_name = coalesce(named, table_name);
                delete from all_views where owner = of_owner and view_name = coalesce(named, view_name);
            end $$;
            create procedure rename_table(of_owner text, old text, new text) language plpgsql as $$
            begin
                update all_objects set object_name = new where owner = of_owner and object_name = old;
                update all_all_tables set table_name = new where owner = of_owner and table_name = old;
                update all_tab_cols set table_name = new where owner = of_owner and table_name = old;
            end $$;
            """;

    private OracleDictionary() {}
}
