/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventDeliveryTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final CapturedLog log = new CapturedLog("dev.millrace.streaming.listener");
    private final List<Long> heard = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch inListener = new CountDownLatch(1);

    /** Hears batch 0 when it is let go, and the others at once. */
    private final StreamingListener holding = new StreamingListener() {
        @Override
        public void onStreamingStarted(BatchTime zero) {
            if (zero.milliseconds() == 0) {
                inListener.countDown();
                try {
                    held.await();
                } catch (InterruptedException e) {
                    return;
                }
            }
            heard.add(zero.milliseconds());
        }
    };

    @AfterEach
    void close() {
        held.countDown();
        log.close();
    }

    private EventDelivery delivery(boolean complete, Duration patience) {
        return new EventDelivery(List.of(holding), Threads.OWN, Clock.SYSTEM, complete, patience);
    }

    private static void tell(EventDelivery delivery, long from, long until) {
        for (long i = from; i < until; i++) {
            BatchTime time = new BatchTime(i);
            delivery.add(listener -> listener.onStreamingStarted(time));
        }
    }

    private static List<Long> range(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }

    @Test
    void shouldDropAndCountWhatFindsNoRoom() throws InterruptedException {
        EventDelivery delivery = delivery(false, LONG);
        tell(delivery, 0, 1);
        inListener.await();
        tell(delivery, 1, EventDelivery.MOST_WAITING + 7);
        held.countDown();
        delivery.end(LONG);
        assertThat(heard).isEqualTo(range(0, EventDelivery.MOST_WAITING));
        String listener = "the listener " + holding.getClass().getName();
        assertThat(log.messages())
                .containsExactly(
                        "listeners are too slow: 10000 events wait, and 1 more are dropped (1 so far); one is told now to "
                                + listener + "; have it return soon, or hand its work to a thread of its own",
                        "listeners were too slow: 6 more events were dropped (7 in all) before the context ended; have each"
                                + " return soon, or hand its work to a thread of its own");
    }

    @Test
    void shouldWaitForRoomWhereNothingMayBeLost() throws InterruptedException {
        EventDelivery delivery = delivery(true, LONG);
        tell(delivery, 0, 1);
        inListener.await();
        Thread telling = new Thread(() -> {
            tell(delivery, 1, EventDelivery.MOST_WAITING + 7);
            delivery.awaitHeard();
        });
        telling.start();
        held.countDown();
        telling.join(LONG.toMillis());
        assertThat(heard).isEqualTo(range(0, EventDelivery.MOST_WAITING + 7));
        delivery.end(LONG);
        assertThat(log.messages()).isEmpty();
    }

    @Test
    void shouldNotWaitLongForAListenerThatIsStuck() throws InterruptedException {
        EventDelivery delivery = delivery(true, Duration.ofMillis(1));
        tell(delivery, 0, 2);
        inListener.await();
        delivery.awaitHeard();
        delivery.awaitHeard(); // at once
        assertThat(log.messages())
                .singleElement()
                .asString()
                .matches("(?s)nobody waits any more for the listener "
                        + "\\S+EventDeliveryTest\\S+, which is at\n    .*EventDeliveryTest.*");
        held.countDown();
        delivery.end(LONG);
        assertThat(heard).containsExactly(0L, 1L);
    }

    @Test
    void shouldTellNothingAfterItsEndAlsoIfNothingWasToldBefore() {
        EventDelivery delivery = delivery(false, LONG);
        delivery.end(LONG);
        tell(delivery, 1, 2);
        delivery.awaitHeard();
        assertThat(heard).isEmpty();
    }

    @Test
    void shouldEndInTimeWhateverAListenerDoes() throws InterruptedException {
        EventDelivery delivery = delivery(false, LONG);
        tell(delivery, 0, 3);
        inListener.await();
        delivery.end(Duration.ofMillis(1));
        assertThat(log.messages())
                .singleElement()
                .asString()
                .startsWith("3 events are lost to the listeners of a context that has ended: the time is up for the"
                        + " listener ");
        held.countDown();
        assertThat(heard).isEmpty();
    }

    @Test
    void shouldLetGoOfWhoWaitsWhenSomebodyHurries() throws InterruptedException {
        EventDelivery delivery = delivery(true, LONG);
        tell(delivery, 0, 1);
        inListener.await();
        Thread waiting = new Thread(delivery::awaitHeard);
        waiting.start();
        delivery.hurry();
        waiting.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(waiting.isAlive()).isFalse();
        held.countDown();
        delivery.end(LONG);
    }
}
