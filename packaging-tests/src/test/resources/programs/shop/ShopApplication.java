/* SPDX-License-Identifier: Apache-2.0 */
package shop;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The same program as a bean of Spring Boot. */
@Configuration(proxyBeanMethods = false)
public class ShopApplication {
    public static void main(String[] args) {
        SpringApplication.run(ShopApplication.class, args);
    }

    @Bean
    CommandLineRunner shop() {
        return Shop::main;
    }
}
