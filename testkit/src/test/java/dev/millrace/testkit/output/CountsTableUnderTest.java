/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.Tuple2;
import dev.millrace.spi.Output;
import dev.millrace.testkit.OutputUnderTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** A table in a database of its own in memory, which lives while this holds a connection. */
final class CountsTableUnderTest implements OutputUnderTest<Tuple2<String, Integer>> {
    private final String url;
    private final Kind kind;
    private final Connection keepingAlive;

    /** Makes a handle on the table. */
    interface Kind {
        CountsTable open(String url) throws SQLException;
    }

    CountsTableUnderTest(String database, Kind kind) throws SQLException {
        url = "jdbc:h2:mem:" + database;
        this.kind = kind;
        keepingAlive = DriverManager.getConnection(url);
    }

    @Override
    public Output<Tuple2<String, Integer>> open(String name) throws SQLException {
        return kind.open(url);
    }

    @Override
    public List<Tuple2<String, Integer>> read(String name) throws SQLException {
        return new CountsTable(url).rows(name);
    }

    @Override
    public Tuple2<String, Integer> testRecord(int number) {
        return Tuple2.of("word " + number, number);
    }

    @Override
    public void close() throws SQLException {
        keepingAlive.close();
    }
}
