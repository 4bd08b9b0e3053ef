package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.connections.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** The shell commands of a documentation page, and their documented output. */
record DocumentedCommands(List<Step> steps) {
    private static final Pattern FENCED = Pattern.compile("(?ms)^```(sh|http|text)\\n(.*?)^```$");
    private static final long LIMIT_S = 120;

    /**
     * One block of commands.
     *
     * @param form http or text; empty if the page shows no output
     */
    record Step(String commands, String form, String output) {}

    static DocumentedCommands in(Path page) throws IOException {
        List<Step> steps = new ArrayList<>();
        Matcher fenced = FENCED.matcher(Files.readString(page));
        while (fenced.find()) {
            if (fenced.group(1).equals("sh")) {
                steps.add(new Step(fenced.group(2), "", ""));
            } else {
                steps.set(steps.size() - 1, new Step(steps.getLast().commands(), fenced.group(1), fenced.group(2)));
            }
        }
        return new DocumentedCommands(steps);
    }

    /** Runs all of them in one shell, in the folder, and checks the output of each. */
    void runIn(Path folder) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("set -o pipefail\n");
        for (int i = 0; i < steps.size(); i++) {
            script.append("{\n%s} > printed-%d 2>&1 || exit %d\n"
                    .formatted(steps.get(i).commands(), i, i + 1));
        }
        Path file = Files.writeString(folder.resolve("commands.sh"), script);
        Process shell = new ProcessBuilder("bash", file.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("shell.txt").toFile())
                .start();
        try {
            assertThat(shell.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        } finally {
            shell.destroyForcibly();
        }
        assertAll(IntStream.range(0, steps.size())
                .mapToObj(i -> () -> check(steps.get(i), Files.readString(folder.resolve("printed-" + i)))));
        assertThat(shell.exitValue()).as("the block of commands that failed").isZero();
    }

    private static void check(Step step, String printed) {
        String normal = printed.replace("\r\n", "\n");
        if (step.form().equals("http")) {
            String[] said = (step.output() + "\n").split("\n\n", 2);
            String answer = normal.substring(Math.max(0, normal.lastIndexOf("HTTP/1.1 ")));
            String[] got = (answer + "\n").split("\n\n", 2);
            holdsLines(step, said[0], got[0]);
            if (!said[1].isBlank()) {
                assertThat(holds(Json.tree(said[1]), Json.tree(got[1])))
                        .as("%s%nprints%n%s%nand not%n%s", step.commands(), printed, step.output())
                        .isTrue();
            }
        } else {
            holdsLines(step, step.output(), normal);
        }
    }

    /** Whether each documented line was printed; for text, also in that order. */
    private static void holdsLines(Step step, String said, String printed) {
        boolean inOrder = step.form().equals("text");
        Iterator<String> lines = printed.lines().iterator();
        for (String line : said.lines().toList()) {
            Pattern pattern = Pattern.compile(wildcard(line) + " *", Pattern.CASE_INSENSITIVE);
            boolean found = inOrder
                    ? advance(lines, pattern)
                    : printed.lines().anyMatch(it -> pattern.matcher(it).matches());
            assertThat(found)
                    .as("%s%nprints%n%s%nwithout the line%n%s", step.commands(), printed, line)
                    .isTrue();
        }
    }

    private static boolean advance(Iterator<String> lines, Pattern pattern) {
        while (lines.hasNext()) {
            if (pattern.matcher(lines.next()).matches()) {
                return true;
            }
        }
        return false;
    }

    /** Whether all documented values match; an object may have more properties than are documented. */
    private static boolean holds(JsonNode said, JsonNode got) {
        if (said.isObject()) {
            return said.properties().stream()
                    .allMatch(member -> got.has(member.getKey()) && holds(member.getValue(), got.get(member.getKey())));
        }
        if (said.isArray()) {
            return got.isArray()
                    && said.size() == got.size()
                    && IntStream.range(0, said.size()).allMatch(i -> holds(said.path(i), got.path(i)));
        }
        return said.isString()
                ? got.isString() && got.stringValue().matches(wildcard(said.stringValue()))
                : said.equals(got);
    }

    private static String wildcard(String said) {
        return Pattern.quote(said).replace("…", "\\E.*\\Q");
    }
}
