/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.DataOutputStream;
import java.io.IOException;

/** Writes a block of nulls for a raw socket stream. */
public final class FloodOfNulls implements Peer {
    private final byte[] block;

    public FloodOfNulls(int nulls) {
        block = RawBlocks.nulls(nulls);
    }

    @Override
    public void talk(Connection program) throws IOException {
        DataOutputStream out = new DataOutputStream(program.out());
        out.writeInt(block.length);
        out.write(block);
        out.flush();
    }
}
