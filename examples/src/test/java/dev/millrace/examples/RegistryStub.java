/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers the requests of a schema registry that a serializer makes, as its documentation has them. */
final class RegistryStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<String> schemas = new ArrayList<>(); // a number is the place, from 1
    private final List<String> subjects = new ArrayList<>();
    private int asked;

    RegistryStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The subject of each schema that was registered. */
    synchronized List<String> subjects() {
        return List.copyOf(subjects);
    }

    /** The number of requests that have come. */
    synchronized int asked() {
        return asked;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        asked++;
        String[] path = exchange.getRequestURI().getPath().split("/");
        String answer;
        if (exchange.getRequestMethod().equals("GET") && path[1].equals("schemas")) {
            answer = JSON.createObjectNode()
                    .put("schema", schemas.get(Integer.parseInt(path[3]) - 1))
                    .toString();
        } else {
            String schema =
                    JSON.readTree(exchange.getRequestBody()).get("schema").asText();
            if (!schemas.contains(schema)) {
                schemas.add(schema);
                subjects.add(path[2]);
            }
            answer = JSON.createObjectNode()
                    .put("id", schemas.indexOf(schema) + 1)
                    .toString();
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
