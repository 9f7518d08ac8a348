/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.Tuple2;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows and the number of their last batch in one transaction of a database. */
class CountsTable implements TransactionalOutput<Tuple2<String, Integer>> {
    private final String url;

    CountsTable(String url) throws SQLException {
        this.url = url;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS counts"
                            + " (output VARCHAR(200), batch BIGINT, checkpoint UUID, epoch BIGINT, word VARCHAR(200), number INT)");
            statement.execute("CREATE TABLE IF NOT EXISTS receipts"
                    + " (output VARCHAR(200), batch BIGINT, checkpoint UUID, run UUID, epoch BIGINT,"
                    + " PRIMARY KEY (output, batch, checkpoint, run))");
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    @Override
    public boolean isPublished(OutputBatch batch) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT 1 FROM receipts WHERE output = ? AND batch = ? AND checkpoint = ? AND run = ?")) {
            bind(select, batch);
            bindWriter(select, batch);
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT batch, checkpoint, epoch, run FROM receipts WHERE output = ? AND batch > ?")) {
            bind(select, new OutputBatch(after, outputName));
            List<OutputBatch> receipts = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    receipts.add(new OutputBatch(
                            new BatchTime(found.getLong(1)),
                            outputName,
                            found.getObject(2, UUID.class),
                            found.getLong(3),
                            found.getObject(4, UUID.class)));
                }
            }
            return receipts;
        }
    }

    @Override
    public void write(OutputBatch batch, Iterator<Tuple2<String, Integer>> records) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            insertReceipt(connection, batch); // fails if it is there: a second writer ends here
            insertRows(connection, batch, records);
            connection.commit(); // without it, closing rolls back
        }
    }

    void insertReceipt(Connection connection, OutputBatch batch) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO receipts VALUES (?, ?, ?, ?, ?)")) {
            bind(insert, batch);
            bindWriter(insert, batch);
            insert.setLong(5, batch.epoch());
            insert.executeUpdate();
        }
    }

    void insertRows(Connection connection, OutputBatch batch, Iterator<Tuple2<String, Integer>> records)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?)")) {
            while (records.hasNext()) {
                Tuple2<String, Integer> count = records.next();
                bind(insert, batch);
                insert.setObject(3, batch.checkpointId());
                insert.setLong(4, batch.epoch());
                insert.setString(5, count._1());
                insert.setInt(6, count._2());
                insert.executeUpdate();
            }
        }
    }

    @Override
    public void retract(OutputBatch batch) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            delete(connection, "counts", batch);
            delete(connection, "receipts", batch);
            connection.commit();
        }
    }

    /** Deletes what this program or one before it has written; rows of another checkpoint or of a successor stay. */
    void delete(Connection connection, String table, OutputBatch batch) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE output = ? AND batch = ? AND checkpoint = ? AND epoch <= ?")) {
            bind(delete, batch);
            delete.setObject(3, batch.checkpointId());
            delete.setLong(4, batch.epoch());
            delete.executeUpdate();
        }
    }

    @Override
    public Optional<List<String>> published(OutputBatch batch) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT word, number FROM counts WHERE output = ? AND batch = ? AND checkpoint = ?")) {
            bind(select, batch);
            select.setObject(3, batch.checkpointId());
            return Optional.of(read(select).stream().map(String::valueOf).toList());
        }
    }

    /** All rows of an output. */
    List<Tuple2<String, Integer>> rows(String output) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select =
                        connection.prepareStatement("SELECT word, number FROM counts WHERE output = ?")) {
            select.setString(1, output);
            return read(select);
        }
    }

    private static List<Tuple2<String, Integer>> read(PreparedStatement select) throws SQLException {
        List<Tuple2<String, Integer>> rows = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(Tuple2.of(found.getString(1), found.getInt(2)));
            }
        }
        return rows;
    }

    private static void bind(PreparedStatement statement, OutputBatch batch) throws SQLException {
        statement.setString(1, batch.outputName());
        statement.setLong(2, batch.time().milliseconds());
    }

    private static void bindWriter(PreparedStatement statement, OutputBatch batch) throws SQLException {
        statement.setObject(3, batch.checkpointId());
        statement.setObject(4, batch.runId());
    }

    @Override
    public String toString() {
        return "the table counts";
    }
}
