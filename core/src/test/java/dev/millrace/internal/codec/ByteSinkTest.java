/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CodecException;
import org.junit.jupiter.api.Test;

class ByteSinkTest {
    @Test
    void shouldGrowToTheLongestArrayAndRefuseMore() {
        assertThat(ByteSink.grown(64, 65)).isEqualTo(128);
        assertThat(ByteSink.grown(64, 1000)).isEqualTo(1000);
        assertThat(ByteSink.grown(1 << 30, (1L << 30) + 1)).isEqualTo(ByteSink.MOST_BYTES);
        assertThat(ByteSink.grown(ByteSink.MOST_BYTES, ByteSink.MOST_BYTES)).isEqualTo(ByteSink.MOST_BYTES);
        assertThatThrownBy(() -> ByteSink.grown(ByteSink.MOST_BYTES, ByteSink.MOST_BYTES + 1L))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "a value has 2147418112 bytes or more when it is encoded, and 2147418111 are the most; keep its"
                                + " parts under keys of their own");
    }
}
