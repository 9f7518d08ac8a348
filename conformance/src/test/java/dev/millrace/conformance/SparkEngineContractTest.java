/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.rdd.RDD;
import java.util.Comparator;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SparkHeldOpen.class)
class SparkEngineContractTest extends ExecutionEngineContract {
    @Override
    String master() {
        return SparkHeldOpen.MASTER;
    }

    @Test
    void shouldNameTheChangeWhenATypeIsNotDeclared() {
        try (MillraceContext context = SparkHeldOpen.context()) {
            String text = "a value of type " + Undeclared.class.getTypeName()
                    + " cannot be stored or sent: the type is not declared; declare it:"
                    + " registerTypes(Undeclared.class)";
            assertThatThrownBy(() ->
                            context.parallelize(List.of(new Undeclared(1)), 1).count())
                    .hasMessage(text);
            RDD<Undeclared> made = context.parallelize(List.of(1), 1).map(Undeclared::new);
            assertThatThrownBy(made::collect).hasMessageContaining(text);
            assertThat(made.count()).isEqualTo(1);
        }
    }

    @Test
    void shouldNameTheOperatorWhenAFunctionCannotBeSent() {
        Object held = new Object();
        try (MillraceContext context = SparkHeldOpen.context()) {
            RDD<Integer> hashes = context.parallelize(List.of(1), 1).map(n -> held.hashCode());
            String line = Failing.lineAbove();
            assertThatThrownBy(hashes::collect)
                    .hasMessage("the function given to map at " + line + " cannot be sent to Spark's tasks, because it"
                            + " holds an object of java.lang.Object, which is not Serializable; let it use local"
                            + " variables of serializable types, make the object inside the function, or have its class"
                            + " implement Serializable");
        }
    }

    @Test
    void shouldNameTheActionWhoseFunctionCannotBeSent() {
        Object held = new Object();
        try (MillraceContext context = SparkHeldOpen.context()) {
            RDD<Integer> one = context.parallelize(List.of(1), 1);
            assertThatThrownBy(() -> one.foreach(n -> held.hashCode()))
                    .hasMessageMatching(
                            "the function given to an action at SparkEngineContractTest.java:\\d+ cannot be sent to Spark's"
                                    + " tasks, because it holds an object of java.lang.Object, .*");
        }
    }

    @Test
    void shouldSayHowAComparatorIsSent() {
        Comparator<Integer> byDigit = Comparator.comparing(n -> n % 10);
        Comparator<Integer> backwards = new Comparator<>() {
            @Override
            public int compare(Integer a, Integer b) {
                return b - a;
            }
        };
        try (MillraceContext context = SparkHeldOpen.context()) {
            RDD<Integer> numbers = context.parallelize(List.of(21, 3, 12), 2);
            assertThatThrownBy(() -> numbers.max(byDigit))
                    .hasMessageMatching(
                            "the function given to an action at SparkEngineContractTest.java:\\d+ cannot be sent to Spark's"
                                    + " tasks, because it holds a lambda of " + SparkEngineContractTest.class.getName()
                                    + ", which is not Serializable; declare it as a type whose lambdas are, such as SerializableComparator"
                                    + " or another one of dev.millrace.function");
            assertThatThrownBy(() -> numbers.mapToPair(n -> Tuple2.of(n, n))
                            .sortByKey(backwards)
                            .collect())
                    .hasMessageMatching(
                            "the function given to sortByKey at SparkEngineContractTest.java:\\d+ cannot be sent to"
                                    + " Spark's tasks, because it holds an object of .*SparkEngineContractTest\\$1, which is not"
                                    + " Serializable; let it use local variables of serializable types, make the object inside the"
                                    + " function, or have its class implement Serializable");
        }
    }

    @Test
    void shouldSetTheLevelOfSparkToo() {
        Level before = LogManager.getRootLogger().getLevel();
        try (MillraceContext context = SparkHeldOpen.context()) {
            context.setLogLevel("FATAL");
            assertThat(LogManager.getRootLogger().getLevel()).isEqualTo(Level.FATAL);
            context.setLogLevel(before.name());
            assertThat(LogManager.getRootLogger().getLevel()).isEqualTo(before);
        }
    }

    @Test
    void shouldRefuseMastersThatItCannotServe() {
        assertThatThrownBy(() -> new MillraceContext(new MillraceConf().setMaster("spark:local[0]")))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessage("The master cannot be used:\n  - \"spark:local[0]\" is no Spark master; use spark:local[n],"
                        + " spark:local[*], spark://host:port, yarn or k8s://...");
        assertThatThrownBy(() -> new MillraceContext(new MillraceConf().setMaster("spark:local[1]")))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessageContaining("this process already runs Spark with master local[2,4]");
    }
}
