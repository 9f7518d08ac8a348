/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.testkit.OutputCertification;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The certification of the test kit, on a real broker: with one writer, and with three that write side by side. */
@ExtendWith(SharedBroker.class)
class KafkaOutputContractTest {
    private static final Set<String> FEW = Set.of(
            "shouldHaveEachRecordOnceWhenNothingFails",
            "shouldHaveEachRecordOnceWhenTheProgramDiesAtTRANSACTION_COMMITTED#1",
            "shouldHaveEachRecordOnceWhenItIsCalledAgain",
            "shouldHaveEachPartOnceWhenPartsBreakOffAndComeAgain",
            "shouldTellWhatItHasPublished");

    private static final Set<String> PUBLISHING =
            Set.of("DECIDED", "TRANSACTION_COMMITTED", "OUTPUT_PUBLISHED", "RECEIPT_WRITTEN");

    private static final AtomicInteger CHECKS = new AtomicInteger();

    private final KafkaBroker broker;

    KafkaOutputContractTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private Stream<DynamicTest> checks(int writers) {
        return new OutputCertification<>(
                        check -> new KafkaOutputUnderTest(broker, writers + "-" + CHECKS.incrementAndGet(), writers))
                .checks().entrySet().stream()
                        .map(check -> DynamicTest.dynamicTest(
                                check.getKey(), () -> check.getValue().run()));
    }

    @TestFactory
    Stream<DynamicTest> someChecks() {
        return checks(1).filter(check -> FEW.contains(check.getDisplayName()));
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> checksByOneWriter() {
        return checks(1).filter(check -> !FEW.contains(check.getDisplayName()) && !diesBeforeItPublishes(check));
    }

    /** Many more lives; the same places, with Kafka as the source, are in {@link TopicToTopicTest}. */
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> checksOfDyingBeforeItPublishes() {
        return checks(1).filter(KafkaOutputContractTest::diesBeforeItPublishes);
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> checksOfPublishingByThreeWriters() {
        return checks(3).filter(check -> !diesBeforeItPublishes(check));
    }

    private static boolean diesBeforeItPublishes(DynamicTest check) {
        return check.getDisplayName().contains("DiesAt")
                && PUBLISHING.stream().noneMatch(check.getDisplayName()::contains);
    }
}
