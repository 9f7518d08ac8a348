/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class StorageLevelsTest {
    @Test
    void shouldFindEachConstantByItsName() throws IllegalAccessException {
        for (Field constant : StorageLevels.class.getFields()) {
            assertThat(StorageLevel.fromString(constant.getName())).isSameAs(constant.get(null));
        }
        assertThatThrownBy(() -> StorageLevel.fromString("MEMORY"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"MEMORY\" is no storage level; use one of NONE, DISK_ONLY, DISK_ONLY_2, DISK_ONLY_3,"
                        + " MEMORY_ONLY, MEMORY_ONLY_2, MEMORY_ONLY_SER, MEMORY_ONLY_SER_2, MEMORY_AND_DISK,"
                        + " MEMORY_AND_DISK_2, MEMORY_AND_DISK_SER, MEMORY_AND_DISK_SER_2, OFF_HEAP");
    }

    @Test
    void shouldDescribeALevel() {
        assertThat(StorageLevels.MEMORY_AND_DISK_2.description()).isEqualTo("disk, memory, as objects, 2 copies");
        assertThat(StorageLevels.OFF_HEAP.description()).isEqualTo("disk, memory off the heap, as bytes, 1 copy");
        assertThat(StorageLevels.NONE.description()).isEqualTo("nowhere, as bytes, 1 copy");
        assertThat(StorageLevels.create(true, true, true, 2)).isEqualTo(StorageLevels.MEMORY_AND_DISK_2);
        assertThat(StorageLevels.create(true, true, true, false, 1)).isEqualTo(StorageLevels.OFF_HEAP);
    }
}
