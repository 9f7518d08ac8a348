/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.Tuple2;
import dev.millrace.testkit.OutputContractTest;
import dev.millrace.testkit.OutputUnderTest;
import java.nio.file.Path;
import java.sql.SQLException;

/** A table of a real database is exactly once. */
class CountsTableTest extends OutputContractTest<Tuple2<String, Integer>> {
    @Override
    protected OutputUnderTest<Tuple2<String, Integer>> underTest(Path directory) throws SQLException {
        return new CountsTableUnderTest(directory.toString().replaceAll("\\W", "_"), CountsTable::new);
    }
}
