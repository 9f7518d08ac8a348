/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MillraceConfTest {
    @Test
    void shouldReadValuesByType() {
        MillraceConf conf = new MillraceConf()
                .set("a.int", "7")
                .set("a.long", "7000000000")
                .set("a.double", "0.5")
                .set("a.flag", "TRUE");
        assertThat(conf.getInt("a.int", 1)).isEqualTo(7);
        assertThat(conf.getLong("a.long", 1)).isEqualTo(7_000_000_000L);
        assertThat(conf.getDouble("a.double", 1)).isEqualTo(0.5);
        assertThat(conf.getBoolean("a.flag", false)).isTrue();
        assertThat(conf.getInt("no", 1)).isEqualTo(1);
        assertThat(conf.getLong("no", 1)).isEqualTo(1);
        assertThat(conf.getDouble("no", 1)).isEqualTo(1);
        assertThat(conf.getBoolean("no", true)).isTrue();
        assertThat(conf.get("no", "x")).isEqualTo("x");
        assertThat(conf.get("no")).isNull();
        assertThat(conf.getOption("no")).isEmpty();
        assertThat(conf.getOption("a.int")).contains("7");
    }

    @ParameterizedTest
    @CsvSource({
        "200ms, 200, 0",
        "2s, 2000, 2",
        "5m, 300000, 300",
        "5min, 300000, 300",
        "1h, 3600000, 3600",
        "1d, 86400000, 86400",
        "1500us, 1, 0",
        "3, 3, 3"
    })
    void shouldReadTimes(String text, long millis, long seconds) {
        MillraceConf conf = new MillraceConf().set("t", text);
        assertThat(conf.getTimeAsMs("t")).isEqualTo(millis);
        assertThat(conf.getTimeAsSeconds("t")).isEqualTo(seconds);
        assertThat(conf.getTimeAsMs("none", text)).isEqualTo(millis);
        assertThat(conf.getTimeAsSeconds("none", text)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3, 3, 3, 3",
        "1g, 1073741824, 1048576, 1024, 1",
        "512MB, 536870912, 524288, 512, 0",
        "2048b, 2048, 2, 0, 0"
    })
    void shouldReadSizes(String text, long bytes, long kb, long mb, long gb) {
        MillraceConf conf = new MillraceConf().set("s", text);
        assertThat(conf.getSizeAsBytes("s")).isEqualTo(bytes);
        assertThat(conf.getSizeAsKb("s")).isEqualTo(kb);
        assertThat(conf.getSizeAsMb("s")).isEqualTo(mb);
        assertThat(conf.getSizeAsGb("s")).isEqualTo(gb);
        assertThat(conf.getSizeAsBytes("none", text)).isEqualTo(bytes);
        assertThat(conf.getSizeAsBytes("none", bytes)).isEqualTo(bytes);
        assertThat(conf.getSizeAsKb("none", text)).isEqualTo(kb);
        assertThat(conf.getSizeAsMb("none", text)).isEqualTo(mb);
        assertThat(conf.getSizeAsGb("none", text)).isEqualTo(gb);
    }

    @Test
    void shouldRefuseValuesOfAnotherType() {
        MillraceConf conf = new MillraceConf().set("k", "soon");
        assertThatThrownBy(() -> conf.getInt("k", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k is \"soon\"; it must be a whole number such as 4");
        assertThatThrownBy(() -> conf.getDouble("k", 1)).hasMessage("k is \"soon\"; it must be a number such as 0.5");
        assertThatThrownBy(() -> conf.getBoolean("k", true)).hasMessage("k is \"soon\"; it must be true or false");
        assertThatThrownBy(() -> conf.getTimeAsMs("k"))
                .hasMessage("k is \"soon\"; it must be a time such as 200ms, 2s, 5min or 1d");
        assertThatThrownBy(() -> conf.getSizeAsMb("none", "much"))
                .hasMessage("the default of none is \"much\"; it must be a size such as 512k, 32m or 1g");
        assertThatThrownBy(() -> conf.getTimeAsSeconds("none"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("none is not set; set it, or pass a default");
    }

    @Test
    void shouldFindAValueInEitherSpelling() {
        MillraceConf conf =
                new MillraceConf().set("spark.streaming.blockInterval", "1s").setAppName("shop");
        assertThat(conf.getTimeAsMs("millrace.streaming.blockInterval")).isEqualTo(1000);
        assertThat(conf.getTimeAsMs("spark.streaming.blockInterval")).isEqualTo(1000);
        assertThat(conf.get("spark.app.name")).isEqualTo("shop");
        assertThat(conf.contains("millrace.streaming.blockInterval")).isTrue();
        conf.remove("millrace.streaming.blockInterval");
        assertThat(conf.contains("spark.streaming.blockInterval")).isFalse();
    }

    @Test
    void shouldSetManyAndOnlyWhatIsMissing() {
        MillraceConf conf = new MillraceConf()
                .setAll(Map.of("x.a", "1", "x.b", "2"))
                .setIfMissing("x.a", "3")
                .setIfMissing("x.c", "4")
                .setJars("a.jar", "b.jar")
                .setExecutorEnv("HOME", "/tmp");
        assertThat(conf.getAllWithPrefix("x.")).isEqualTo(Map.of("a", "1", "b", "2", "c", "4"));
        assertThat(conf.get("spark.jars")).isEqualTo("a.jar,b.jar");
        assertThat(conf.get("spark.executorEnv.HOME")).isEqualTo("/tmp");
    }

    @Test
    void shouldCopyValuesAndTypes() {
        MillraceConf conf = new MillraceConf().set("a", "1");
        conf.registerTypes(Tuple2.class);
        MillraceConf copy = conf.clone().set("a", "2");
        copy.registerTypes(Tuple3.class);
        assertThat(conf.get("a")).isEqualTo("1");
        assertThat(copy.get("a")).isEqualTo("2");
        assertThat(conf.registeredTypes()).isEqualTo(java.util.List.of(Tuple2.class));
        assertThat(copy.registeredTypes()).isEqualTo(java.util.List.of(Tuple2.class, Tuple3.class));
    }

    @Test
    void shouldHidePasswordsWhenItIsShown() {
        MillraceConf conf =
                new MillraceConf().set("b", "2").set("a.password", "x").set("a.secretKey", "y");
        assertThat(conf.toDebugString()).isEqualTo("a.password=(hidden)\na.secretKey=(hidden)\nb=2");
    }

    @Test
    void shouldTakeInSystemPropertiesOnlyWhenAsked() {
        System.setProperty("spark.shop.test", "1");
        try {
            assertThat(new MillraceConf(true).get("spark.shop.test")).isEqualTo("1");
            assertThat(new MillraceConf().get("spark.shop.test")).isNull();
            assertThat(new MillraceConf(false).getAll()).isEmpty();
        } finally {
            System.clearProperty("spark.shop.test");
        }
    }

    @Test
    void shouldMakeContextsOfMasterAndName() {
        MillraceConf conf = new MillraceConf().setMaster("local[1]").set("spark.executor.memory", "1g");
        try (MillraceContext context = new MillraceContext("local[3]", "shop", conf)) {
            assertThat(context.sc()).isSameAs(context);
            assertThat(context.defaultParallelism()).isEqualTo(3);
            assertThat(context.getConf().get("spark.app.name")).isEqualTo("shop");
            assertThat(context.getConf().get("spark.executor.memory")).isEqualTo("1g");
        }
        assertThat(conf.get("millrace.master")).isEqualTo("local[1]");
        try (MillraceContext context = new MillraceContext("local[2]", "shop")) {
            assertThat(context.defaultParallelism()).isEqualTo(2);
        }
    }
}
