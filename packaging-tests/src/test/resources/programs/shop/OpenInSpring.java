/* SPDX-License-Identifier: Apache-2.0 */
package shop;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.StreamingContextState;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.boot.SpringApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A program of Spring Boot that ends when its process is told to end. */
@Configuration(proxyBeanMethods = false)
public class OpenInSpring {
    public static void main(String[] args) {
        SpringApplication.run(OpenInSpring.class, args);
    }

    @Bean
    SmartLifecycle streams() {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .setAppName("shop")
                .set("millrace.log.summaryInterval", "100ms");
        StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20));
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<String>>()).foreachRDD(rdd -> {});
        return new SmartLifecycle() {
            @Override
            public void start() {
                ssc.start();
            }

            @Override
            public void stop() {
                ssc.close();
            }

            @Override
            public boolean isRunning() {
                return ssc.getState() == StreamingContextState.ACTIVE;
            }
        };
    }
}
