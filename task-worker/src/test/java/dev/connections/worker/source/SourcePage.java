package dev.connections.worker.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of docs/sources, whose commands tests run. */
public final class SourcePage {
    private SourcePage() {}

    /** The blocks of a language on a page, in their order. */
    public static List<String> blocks(String page, String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/sources", page)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
