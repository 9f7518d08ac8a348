/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Whatever a program can name has a Javadoc comment: the types and members of the packages that everybody may use. */
class JavadocTest {
    private static final Pattern EXPORT = Pattern.compile("exports ([\\w.]+);");

    /** The random programs of the other package are for the project's own tests. */
    private static final Path TESTKIT = Path.of("../testkit/src/main/java/dev/millrace/testkit");

    private static List<Path> sources() throws IOException {
        Path main = Path.of("src/main/java");
        List<Path> folders = new ArrayList<>(List.of(TESTKIT));
        EXPORT.matcher(Files.readString(main.resolve("module-info.java")))
                .results()
                .forEach(export -> folders.add(main.resolve(export.group(1).replace('.', '/'))));
        List<Path> sources = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
            }
        }
        return sources;
    }

    /** What is public and has no comment, each as {@code Type.member in file}. */
    private static List<String> uncommented(Iterable<? extends JavaFileObject> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavacTask task = (JavacTask) compiler.getTask(null, null, null, List.of(), null, sources);
        PublicMembers members = new PublicMembers(DocTrees.instance(task));
        for (CompilationUnitTree unit : task.parse()) {
            members.scan(unit, null);
        }
        return members.uncommented;
    }

    @Test
    void shouldHaveACommentOnEverythingPublic() throws IOException {
        List<Path> sources = sources();
        assertThat(sources).hasSizeGreaterThan(90);
        try (StandardJavaFileManager files =
                ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null)) {
            assertThat(uncommented(files.getJavaFileObjectsFromPaths(sources))).isEmpty();
        }
    }

    @Test
    void shouldFindEachKindOfMemberWithoutAComment() throws IOException {
        String source = """
                /** A comment. */
                public class Shown {
                    public int field;
                    protected Shown() {}
                    public void method() {}
                    public enum Colour { RED }
                    public interface Call { void call(); }
                    public record Pair(int a, int b) { public Pair { } public Pair(int a) { this(a, a); } }
                    @Override public String toString() { return ""; }
                    void hidden() {}
                    private static class Hidden { public int field; }
                    /** A comment. */ public void told() {}
                }
                class Beside { public int field; }
                /** A comment. */ abstract sealed class Base permits Shown { public void shown() {} void hidden() {} }
                """;
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Shown.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        assertThat(uncommented(List.of(file)))
                .containsExactly(
                        "Shown.field in /Shown.java",
                        "Shown.<init> in /Shown.java",
                        "Shown.method in /Shown.java",
                        "Shown.Colour in /Shown.java",
                        "Colour.RED in /Shown.java",
                        "Shown.Call in /Shown.java",
                        "Call.call in /Shown.java",
                        "Shown.Pair in /Shown.java",
                        "Pair.<init> in /Shown.java",
                        "Base.shown in /Shown.java");
    }

    /** Goes through what others can name. */
    private static final class PublicMembers extends TreePathScanner<Void, Void> {
        final List<String> uncommented = new ArrayList<>();
        private final DocTrees docs;

        PublicMembers(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (isPublic(type.getModifiers()) || standsOnAnotherPage(type)) {
                check(type.getModifiers(), type.getSimpleName());
                super.visitClass(type, nothing);
            }
            return null;
        }

        /** The members of a superclass that is not public stand on the pages of those that it permits. */
        private static boolean standsOnAnotherPage(ClassTree type) {
            return type.getModifiers().getFlags().containsAll(Set.of(Modifier.ABSTRACT, Modifier.SEALED));
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            if (isPublic(method.getModifiers()) && !isCanonical(method)) {
                check(method.getModifiers(), method.getName());
            }
            return null;
        }

        @Override
        public Void visitVariable(VariableTree field, Void nothing) {
            if (isPublic(field.getModifiers())) {
                check(field.getModifiers(), field.getName());
            }
            return null;
        }

        private Tree outside() {
            return getCurrentPath().getParentPath().getLeaf();
        }

        private boolean isPublic(ModifiersTree modifiers) {
            Set<Modifier> flags = modifiers.getFlags();
            boolean member = outside().getKind() == Kind.INTERFACE || outside().getKind() == Kind.ANNOTATION_TYPE;
            return flags.contains(Modifier.PUBLIC)
                    || flags.contains(Modifier.PROTECTED)
                    || (member && !flags.contains(Modifier.PRIVATE));
        }

        /** The comment of a record is that of its canonical constructor. */
        private boolean isCanonical(MethodTree method) {
            return outside() instanceof ClassTree type
                    && type.getKind() == Kind.RECORD
                    && method.getReturnType() == null
                    && method.getParameters().size()
                            == type.getMembers().stream()
                                    .filter(member -> member instanceof VariableTree field
                                            && !field.getModifiers().getFlags().contains(Modifier.STATIC))
                                    .count();
        }

        private void check(ModifiersTree modifiers, CharSequence name) {
            boolean inherited = modifiers.getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            if (!inherited && docs.getDocComment(getCurrentPath()) == null) {
                String where = outside() instanceof ClassTree type ? type.getSimpleName() + "." : "";
                uncommented.add(where + name + " in "
                        + getCurrentPath().getCompilationUnit().getSourceFile().getName());
            }
        }
    }
}
