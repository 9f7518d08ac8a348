/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SizesTest {
    private static final Map<String, String> DEFAULTS = Map.of("keys", "10", "draw", "uniform");

    @Test
    void shouldTakeWhatIsGivenAndTheDefaultsOfTheRest() {
        Sizes sizes = new Sizes(DEFAULTS, "draw=zipf");
        assertThat(sizes.get("keys")).isEqualTo(10);
        assertThat(sizes.of("draw", Draw.class)).isEqualTo(Draw.ZIPF);
        assertThat(sizes).hasToString("draw=zipf keys=10");
    }

    @Test
    void shouldNameTheSizesThereAreWhenOneIsNotKnown() {
        assertThatThrownBy(() -> new Sizes(DEFAULTS, "key=5"))
                .hasMessage("key=5 is no size; these are: draw=uniform keys=10");
    }

    @Test
    void shouldSayWhatAValueMustBe() {
        assertThatThrownBy(() -> new Sizes(DEFAULTS, "keys=many").get("keys"))
                .hasMessage("keys=many must be a whole number");
        assertThatThrownBy(() -> new Sizes(DEFAULTS, "draw=normal").of("draw", Draw.class))
                .hasMessage("draw=normal must be one of uniform, zipf");
    }

    @Test
    void shouldRefuseALoadInWhichNotEveryKeyComesOnce() {
        assertThatThrownBy(() -> new Updates(10, 3, 1, Draw.UNIFORM))
                .hasMessage(
                        "keys=10 is no multiple of load=3; give a load that divides the keys, so that every key comes"
                                + " once");
    }
}
