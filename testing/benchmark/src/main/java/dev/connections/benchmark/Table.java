package dev.connections.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under a heading, printed in columns: the first flush left, the others flush right. */
final class Table {
    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String title, String... heading) {
        this.title = title;
        rows.add(List.of(heading));
    }

    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    void print(PrintStream out) {
        out.println();
        out.println(title);
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < row.size(); i++) {
                String gap = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + gap : "   " + gap + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
