/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The two questions to a schema registry that a serializer has, by its documented requests. The vendor's own client does the same, and more;
 * it is used in its place where it can be had. Schemas never change, so each is asked for once.
 */
final class SchemaRegistry {
    static final String URL = "schema.registry.url";
    static final byte MAGIC = 0;
    static final int PREFIX = 1 + Integer.BYTES; // before the record

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private final String url;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

    private SchemaRegistry(String url) {
        this.url = url;
    }

    /** The registry of which the settings of a client have the address. */
    static SchemaRegistry of(Map<String, ?> settings) {
        if (settings.get(URL) instanceof String url) {
            return new SchemaRegistry(url);
        }
        throw new ConfigException("Missing required configuration \"" + URL + "\", such as http://localhost:8081");
    }

    Schema schema(int number) {
        return schemas.computeIfAbsent(
                number,
                unknown -> new Schema.Parser()
                        .parse(ask(request("/schemas/ids/" + unknown).GET())
                                .get("schema")
                                .asText()));
    }

    /** The number of a schema, which is registered for a subject if it is not yet. */
    int number(String subject, Schema schema) {
        return numbers.computeIfAbsent(subject + " " + schema, unknown -> {
            String body =
                    JSON.createObjectNode().put("schema", schema.toString()).toString();
            return ask(request("/subjects/" + subject + "/versions")
                            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                            .POST(HttpRequest.BodyPublishers.ofString(body)))
                    .get("id")
                    .asInt();
        });
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
    }

    private static JsonNode ask(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new SerializationException(
                        "the schema registry answers " + answer.statusCode() + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new SerializationException("the schema registry cannot be asked: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SerializationException("interrupted while the schema registry was asked", e);
        }
    }
}
