package dev.connections.worker.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PendingTextsTest {
    private final PendingTexts texts = new PendingTexts();

    @Test
    void aBatchHasAsManyTextsAsItsBytesAllow() {
        for (int i = 0; i < 200; i++) {
            texts.add(i, PendingTexts.DEFINITION, 400_000);
        }
        assertThat(texts.endOfBatch(0, 50, 1_000_000)).isEqualTo(2);
        assertThat(texts.endOfBatch(2, 50, 10_000_000)).isEqualTo(27);
        assertThat(texts.endOfBatch(0, 50, 100_000_000)).isEqualTo(50);
        assertThat(texts.endOfBatch(199, 50, 1_000_000)).isEqualTo(200);
    }

    @Test
    void aTextThatIsTooLongForABatchIsReadAlone() {
        texts.add(1, PendingTexts.DEFINITION, 5_000_000);
        texts.add(2, 3, 10);
        assertThat(texts.endOfBatch(0, 50, 1_000_000)).isEqualTo(1);
        assertThat(texts.endOfBatch(1, 50, 1_000_000)).isEqualTo(2);
        assertThat(texts.relation(1)).isEqualTo(2);
        assertThat(texts.number(1)).isEqualTo(3);
    }
}
