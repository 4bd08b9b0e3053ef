package dev.connections.worker.source.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.catalog.ColumnType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedshiftTypesTest {
    /** The stand-in is a PostgreSQL, which has not all of them. Source: "Data types" in Redshift's developer guide. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smallint | INTEGER",
                "bigint | INTEGER",
                "numeric(18,0) | DECIMAL",
                "real | FLOAT",
                "double precision | FLOAT",
                "boolean | BOOLEAN",
                "character(4) | STRING",
                "character varying(256) | STRING",
                "bpchar | STRING",
                "date | DATE",
                "time without time zone | TIME",
                "time with time zone | TIME",
                "timestamp without time zone | TIMESTAMP",
                "timestamp with time zone | TIMESTAMP",
                "interval day to second | INTERVAL",
                "super | JSON",
                "geometry | GEOGRAPHY",
                "geography | GEOGRAPHY",
                "varbyte(1024) | BINARY",
                "binary varying(1024) | BINARY",
                "hllsketch | OTHER"
            })
    void ofRedshift(String written, ColumnType type) {
        assertThat(RedshiftTypes.column(written)).isEqualTo(type);
    }

    /** As external tables have them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tinyint | INTEGER",
                "int | INTEGER",
                "string | STRING",
                "binary | BINARY",
                "array<int> | ARRAY",
                "struct<a:int,b:array<string>> | STRUCT",
                "map<string,int> | MAP"
            })
    void ofHive(String written, ColumnType type) {
        assertThat(RedshiftTypes.column(written)).isEqualTo(type);
    }
}
