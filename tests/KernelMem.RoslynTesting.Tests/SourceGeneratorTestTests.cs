using System.Threading.Tasks;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>Tests of generators: what is right passes, and every kind of wrong is seen.</summary>
[TestClass]
public sealed class SourceGeneratorTestTests
{
    private const string Generated = "class Shape;\n";

    [TestMethod]
    public Task What_is_generated_is_expected() => Test<FileClassGenerator>(Generated).RunAsync();

    [TestMethod]
    public Task The_code_sees_what_is_generated() => Test<FileClassGenerator>(Generated, "class C { Shape F = new(); }").RunAsync();

    [TestMethod]
    public Task Other_text_fails()
        => Harness.FailsAsync(
            Test<FileClassGenerator>("class Shape { }\n"),
            "Shape.g.cs' is not as expected",
            "First difference at line 1 (- expected, + actual):",
            ">- class Shape { }",
            " + class Shape;");

    [TestMethod]
    public Task A_missing_end_of_line_fails() => Harness.FailsAsync(Test<FileClassGenerator>("class Shape;"), "First difference at line 2");

    [TestMethod]
    public Task A_source_that_is_not_generated_fails()
    {
        SampleGeneratorTest<FileClassGenerator> test = Test<FileClassGenerator>(Generated);
        test.TestState.GeneratedSources.Add((typeof(FileClassGenerator), "Other.g.cs", "class Other;\n"));
        return Harness.FailsAsync(test, "Not generated: ", "Other.g.cs");
    }

    [TestMethod]
    public Task A_source_that_is_not_expected_fails()
        => Harness.FailsAsync(
            new SampleGeneratorTest<FileClassGenerator>("class C;"),
            "Generated, but not in GeneratedSources: ",
            "Shape.g.cs",
            "class Shape;");

    [TestMethod]
    public Task A_source_of_another_generator_fails()
    {
        var test = new SampleGeneratorTest<FileClassGenerator>("class C;");
        test.TestState.GeneratedSources.Add((typeof(ComplainingGenerator), "Shape.g.cs", Generated));
        return Harness.FailsAsync(test, "Not generated: ");
    }

    [TestMethod]
    public Task Generated_sources_can_be_left_out()
        => new SampleGeneratorTest<FileClassGenerator>("class C { Shape F = new(); }")
        {
            TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck,
        }.RunAsync();

    [TestMethod]
    public Task What_a_generator_reports_fails()
        => Harness.FailsAsync(
            new SampleGeneratorTest<ComplainingGenerator>("class C;"),
            "new DiagnosticResult(\"TEST7\", DiagnosticSeverity.Warning)");

    [TestMethod]
    public Task What_a_generator_reports_can_be_expected()
    {
        var test = new SampleGeneratorTest<ComplainingGenerator>("class C;");
        test.ExpectedDiagnostics.Add(new DiagnosticResult(ComplainingGenerator.Rule).WithArguments("Shape.txt"));
        return test.RunAsync();
    }

    [TestMethod]
    public Task A_generator_that_throws_fails()
        => Harness.FailsAsync(new SampleGeneratorTest<ThrowingGenerator>("class C;"), "CS8785", "The generator is broken.");

    [TestMethod]
    public Task Generated_code_that_does_not_compile_fails()
        => Harness.FailsAsync(
            new SampleGeneratorTest<BrokenGenerator>("class C;") { TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck },
            "CS0246");

    [TestMethod]
    public Task A_mark_in_the_source_is_for_the_compiler()
        => Test<FileClassGenerator>(Generated, "class C { {|CS0246:Unknown|} F; }").RunAsync();

    private static SampleGeneratorTest<TGenerator> Test<TGenerator>(string generated, string source = "class C;")
        where TGenerator : new()
    {
        var test = new SampleGeneratorTest<TGenerator>(source);
        test.TestState.GeneratedSources.Add((typeof(TGenerator), "Shape.g.cs", generated));
        return test;
    }
}
