package dev.connections.worker.source.teradata;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The dictionary's codes in the words of statements and of the catalog. */
final class TeradataTypes {
    /** The type of a column of which the dictionary does not say any. */
    static final String UNKNOWN = "UNKNOWN";
    /** In place of the digits of a NUMBER that has none. */
    private static final int ANY = -128;

    private static final int UNICODE = 2;
    private static final int GRAPHIC = 4;

    private TeradataTypes() {}

    /**
     * What the dictionary says of a column's type.
     *
     * @param code without blanks; empty for unknown
     * @param length in bytes
     * @param digits of a number, or of the first field of an interval
     * @param fraction digits after the point, or of seconds
     * @param characterSet 1 to 5
     */
    record Described(
            String code,
            @Nullable Long length,
            @Nullable Integer digits,
            @Nullable Integer fraction,
            int characterSet,
            @Nullable String ownName) {
        /** The type as a statement has it. */
        String written() {
            return switch (code) {
                case "" -> UNKNOWN;
                case "I1" -> "BYTEINT";
                case "I2" -> "SMALLINT";
                case "I" -> "INTEGER";
                case "I8" -> "BIGINT";
                case "F" -> "FLOAT";
                case "D" -> "DECIMAL" + inParentheses(digits, fraction);
                case "N" -> number();
                case "CF" -> "CHAR" + characters();
                case "CV" -> "VARCHAR" + characters();
                case "CO" -> "CLOB" + characters();
                case "GF" -> "GRAPHIC" + inParentheses(halved());
                case "GV" -> "VARGRAPHIC" + inParentheses(halved());
                case "BF" -> "BYTE" + inParentheses(length);
                case "BV" -> "VARBYTE" + inParentheses(length);
                case "BO" -> "BLOB" + inParentheses(length);
                case "JN" -> "JSON" + characters();
                case "XM" -> "XML";
                case "DT" -> "DATASET" + inParentheses(length);
                case "UT", "A1", "AN" -> ownName == null || ownName.isEmpty() ? code : ownName;
                case "++" -> "TD_ANYTYPE";
                default -> timeOrInterval();
            };
        }

        private String timeOrInterval() {
            return switch (code) {
                case "DA" -> "DATE";
                case "AT" -> "TIME" + inParentheses(fraction);
                case "TZ" -> "TIME" + inParentheses(fraction) + " WITH TIME ZONE";
                case "TS" -> "TIMESTAMP" + inParentheses(fraction);
                case "SZ" -> "TIMESTAMP" + inParentheses(fraction) + " WITH TIME ZONE";
                case "PD" -> "PERIOD(DATE)";
                case "PT" -> "PERIOD(TIME" + inParentheses(fraction) + ")";
                case "PZ" -> "PERIOD(TIME" + inParentheses(fraction) + " WITH TIME ZONE)";
                case "PS" -> "PERIOD(TIMESTAMP" + inParentheses(fraction) + ")";
                case "PM" -> "PERIOD(TIMESTAMP" + inParentheses(fraction) + " WITH TIME ZONE)";
                case "YR" -> interval("YEAR", "");
                case "YM" -> interval("YEAR", " TO MONTH");
                case "MO" -> interval("MONTH", "");
                case "DY" -> interval("DAY", "");
                case "DH" -> interval("DAY", " TO HOUR");
                case "DM" -> interval("DAY", " TO MINUTE");
                case "DS" -> interval("DAY", " TO SECOND" + inParentheses(fraction));
                case "HR" -> interval("HOUR", "");
                case "HM" -> interval("HOUR", " TO MINUTE");
                case "HS" -> interval("HOUR", " TO SECOND" + inParentheses(fraction));
                case "MI" -> interval("MINUTE", "");
                case "MS" -> interval("MINUTE", " TO SECOND" + inParentheses(fraction));
                case "SC" -> "INTERVAL SECOND" + inParentheses(digits, fraction);
                default -> code;
            };
        }

        private String interval(String first, String rest) {
            return "INTERVAL " + first + inParentheses(digits) + rest;
        }

        private String number() {
            if (digits == null || (digits == ANY && (fraction == null || fraction == ANY))) {
                return "NUMBER";
            }
            String whole = digits == ANY ? "*" : String.valueOf(digits);
            return fraction == null || fraction == 0 || fraction == ANY
                    ? "NUMBER(" + whole + ")"
                    : "NUMBER(" + whole + "," + fraction + ")";
        }

        private String characters() {
            boolean wide = characterSet == UNICODE || characterSet == GRAPHIC;
            String set = switch (characterSet) {
                case 1 -> " CHARACTER SET LATIN";
                case UNICODE -> " CHARACTER SET UNICODE";
                case 3 -> " CHARACTER SET KANJISJIS";
                case GRAPHIC -> " CHARACTER SET GRAPHIC";
                case 5 -> " CHARACTER SET KANJI1";
                default -> "";
            };
            return inParentheses(wide ? halved() : length) + set;
        }

        /** Two bytes are a character. */
        private @Nullable Long halved() {
            return length == null ? null : Long.valueOf(length / 2);
        }

        private static String inParentheses(@Nullable Number one) {
            return one == null ? "" : "(" + one + ")";
        }

        private static String inParentheses(@Nullable Number one, @Nullable Number other) {
            return one == null || other == null ? inParentheses(one) : "(" + one + "," + other + ")";
        }

        ColumnType normalized() {
            return switch (code) {
                case "I1", "I2", "I", "I8" -> ColumnType.INTEGER;
                case "D", "N" -> ColumnType.DECIMAL;
                case "F" -> ColumnType.FLOAT;
                case "CF", "CV", "CO", "GF", "GV" -> ColumnType.STRING;
                case "BF", "BV", "BO" -> ColumnType.BINARY;
                case "DA" -> ColumnType.DATE;
                case "AT", "TZ" -> ColumnType.TIME;
                case "TS", "SZ" -> ColumnType.TIMESTAMP;
                case "YR", "YM", "MO", "DY", "DH", "DM", "DS", "HR", "HM", "HS", "MI", "MS", "SC" ->
                    ColumnType.INTERVAL;
                case "JN" -> ColumnType.JSON;
                case "XM" -> ColumnType.XML;
                case "A1", "AN" -> ColumnType.ARRAY;
                case "UT" -> ownType();
                default -> ColumnType.OTHER;
            };
        }

        /** Of the types that come with the system. */
        private ColumnType ownType() {
            return switch (String.valueOf(ownName).toUpperCase(Locale.ROOT)) {
                case "ST_GEOMETRY", "MBR", "MBB" -> ColumnType.GEOGRAPHY;
                default -> ColumnType.OTHER;
            };
        }
    }

    /**
     * What a relation is.
     *
     * @param words what people call it
     */
    record Kind(ObjectType type, String words) {
        private static Kind table(String type, String words) {
            return new Kind(new ObjectType(type, NormalizedType.TABLE), words);
        }
    }

    /**
     * The kind of a relation. Source: Teradata's "Data Dictionary", "TableKind Column" and "CommitOpt Column".
     *
     * @param code of T, O, Q and V
     * @param onCommit D (delete) or P (preserve) of a table of which each session has rows of its own, else N
     */
    static Kind relation(String code, String onCommit) {
        if (onCommit.equals("D") || onCommit.equals("P")) {
            return Kind.table("TEMPORARY_TABLE", "global temporary table");
        }
        return switch (code) {
            case "V" -> new Kind(new ObjectType("VIEW", NormalizedType.VIEW), "view");
            case "Q" -> Kind.table("QUEUE_TABLE", "queue table");
            case "O" -> Kind.table("TABLE", "table without primary index");
            default -> Kind.table("TABLE", "table");
        };
    }
}
