package dev.connections.worker.execution;

import dev.connections.task.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a worker takes from one source, which it does not trust: over one of these a run fails with
 * SOURCE_LIMIT_EXCEEDED. The defaults are above what real warehouses have, and such that a worker with a heap of 256 MB
 * stays up. docs/source-limits.md says why each is what it is.
 *
 * @param row bytes of one row, or of one message that is no row
 * @param answer bytes that the source sends between two requests
 * @param session bytes that the source sends in one session
 * @param relation characters of all that belongs to one table or view, and of one list of databases, schemas or types
 * @param relationRows columns, keys, defaults or comments of one table or view
 * @param name characters of the name of an object, a column or a key
 * @param text characters of a comment, a definition or an expression
 * @param databases databases of a server
 * @param schemas schemas of a database
 * @param types data types of a database that are not built in
 * @param definitions texts of one database that are read by themselves, such as the definitions of views
 * @param objects objects that one crawl stages
 * @param silence how long a crawl may read without any object or text being complete
 */
@ConfigurationProperties("connections.worker.source")
public record SourceLimits(
        @DefaultValue("8MB") DataSize row,
        @DefaultValue("16MB") DataSize answer,
        @DefaultValue("20GB") DataSize session,
        @DefaultValue("8000000") int relation,
        @DefaultValue("20000") int relationRows,
        @DefaultValue("2000") int name,
        @DefaultValue("4000000") int text,
        @DefaultValue("10000") int databases,
        @DefaultValue("100000") int schemas,
        @DefaultValue("300000") int types,
        @DefaultValue("2000000") int definitions,
        @DefaultValue("5000000") long objects,
        @DefaultValue("30m") Duration silence) {
    private static final String PREFIX = "connections.worker.source.";

    /** Bytes: an entry of PostgreSQL's indexes has 2,704 at most, with what else is in it. */
    private static final int LONGEST_KEY = 2_600;

    public SourceLimits {
        if (row.toBytes() <= 0 || answer.compareTo(row) < 0 || session.compareTo(answer) < 0) {
            throw new IllegalArgumentException("of " + PREFIX + "row, answer and session, row must be positive and none"
                    + " smaller than the one before it");
        }
        long least = Math.min(
                Math.min(Math.min(relation, relationRows), Math.min(name, text)),
                Math.min(Math.min(databases, schemas), Math.min(Math.min(types, definitions), objects)));
        if (least < 1 || !silence.isPositive()) {
            throw new IllegalArgumentException("each of " + PREFIX + "* must be positive");
        }
    }

    /** Fails where a list of a server's databases is too long. */
    public void checkDatabases(long count) {
        check(count, databases, "databases", "it has more than %,d databases");
    }

    /** Fails where a list of a database's schemas is too long. */
    public void checkSchemas(long count) {
        check(count, schemas, "schemas", "a database has more than %,d schemas");
    }

    /** Fails where a list of a database's types is too long. */
    public void checkTypes(long count) {
        check(count, types, "types", "a database has more than %,d data types");
    }

    /** Fails where too many texts of a database are to be read by themselves. */
    public void checkDefinitions(long count) {
        check(count, definitions, "definitions", "a database has more than %,d definitions and expressions");
    }

    /** Fails where a list of databases, schemas or types has too many characters together. */
    public void checkList(long characters) {
        check(characters, relation, "relation", "a list of databases, schemas or types has more than %,d characters");
    }

    /** Fails where one relation has too many of columns, keys, defaults or comments. */
    public void checkRelationRows(long count) {
        check(count, relationRows, "relation-rows", "one table has more than %,d columns, keys, defaults or comments");
    }

    /** Fails where all that belongs to one relation has too many characters. */
    public void checkRelation(long characters) {
        check(characters, relation, "relation", "what belongs to one table has more than %,d characters");
    }

    /** Fails where the name of an object, a column or a key is too long. */
    public void checkName(String text) {
        check(text.length(), name, "name", "a name has more than %,d characters");
        checkKey(text);
    }

    /**
     * Fails where texts are together longer than what the catalog finds objects by can be, whatever is configured.
     *
     * @param parts a name, or what identifies an object
     */
    public void checkKey(String... parts) {
        long bytes = 0;
        for (String part : parts) {
            // No character of UTF-16 takes more than three.
            bytes += 3L * part.length() > LONGEST_KEY ? part.getBytes(StandardCharsets.UTF_8).length : part.length();
        }
        if (bytes > LONGEST_KEY) {
            throw new RunFailedException(
                    ErrorCode.SOURCE_LIMIT_EXCEEDED,
                    "the source has a name or path of more bytes than the catalog can hold (%,d); exclude what it is of"
                            .formatted(LONGEST_KEY),
                    null);
        }
    }

    /** Fails where a comment, a definition or an expression is too long. */
    public void checkText(String body) {
        check(body.length(), text, "text", "a comment, definition or expression has more than %,d characters");
    }

    /** Fails where a crawl has staged too many objects. */
    public void checkObjects(long count) {
        check(count, objects, "objects", "a crawl finds more than %,d objects");
    }

    /** The words for a row or message of more bytes than {@link #row}. */
    public String longRow() {
        return words("row", "one row or message has more than %,d bytes".formatted(row.toBytes()));
    }

    /** The words for an answer of more bytes than {@link #answer}. */
    public String longAnswer() {
        return words("answer", "one answer has more than %,d bytes".formatted(answer.toBytes()));
    }

    /** The words for a session of more bytes than {@link #session}. */
    public String longSession() {
        return words("session", "a session has brought more than %,d bytes".formatted(session.toBytes()));
    }

    /** The error of a crawl in which nothing was complete for {@link #silence}. */
    RunFailedException stalled() {
        return new RunFailedException(
                ErrorCode.SOURCE_LIMIT_EXCEEDED,
                words("silence", "nothing that was read was complete for " + silence.toSeconds() + " s"),
                null);
    }

    private static void check(long value, long limit, String property, String what) {
        if (value > limit) {
            throw new RunFailedException(ErrorCode.SOURCE_LIMIT_EXCEEDED, words(property, what.formatted(limit)), null);
        }
    }

    private static String words(String property, String what) {
        return "the source has or sends more than a worker takes: " + what + " (" + PREFIX + property + ")";
    }
}
