package dev.connections.connection;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;

/** The allowed values of a driver property. */
public sealed interface PropertyRule {
    PropertyRule BOOLEAN = new OneOf(List.of("true", "false"));

    boolean accepts(String value);

    /** The requirement on a value, phrased to follow the property's name. */
    String expected();

    /** One of a few words, in exactly this spelling. */
    record OneOf(List<String> values) implements PropertyRule {
        @Override
        public boolean accepts(String value) {
            return values.contains(value);
        }

        @Override
        public String expected() {
            return "must be one of " + String.join(", ", values);
        }
    }

    /** A display name, such as an application name: printable ASCII, which every server stores unchanged. */
    record Text(int longest) implements PropertyRule {
        private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");

        @Override
        public boolean accepts(String value) {
            return value.length() <= longest && PRINTABLE.matcher(value).matches() && !value.isBlank();
        }

        @Override
        public String expected() {
            return "must be 1 to " + longest + " printable ASCII characters";
        }
    }

    /** A time zone that the JDK knows, an offset, or one of the driver's additional keywords. */
    record TimeZone(List<String> words) implements PropertyRule {
        private static final Pattern OFFSET = Pattern.compile("[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00");

        @Override
        public boolean accepts(String value) {
            return words.contains(value)
                    || OFFSET.matcher(value).matches()
                    || ZoneId.getAvailableZoneIds().contains(value);
        }

        @Override
        public String expected() {
            return "must be a time zone (UTC, Europe/Berlin), an offset (+02:00)"
                    + (words.isEmpty() ? "" : " or one of " + String.join(", ", words));
        }
    }

    /** A character set that the JDK supports. */
    record CharacterSet() implements PropertyRule {
        private static final int LONGEST = 40;

        @Override
        public boolean accepts(String value) {
            try {
                return !value.isEmpty() && value.length() <= LONGEST && Charset.isSupported(value);
            } catch (IllegalCharsetNameException e) {
                return false;
            }
        }

        @Override
        public String expected() {
            return "must be a character set that Java supports, such as UTF-8 or ISO-8859-1";
        }
    }
}
