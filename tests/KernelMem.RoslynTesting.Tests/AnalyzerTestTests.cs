using System.Threading.Tasks;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>Analyzer tests: what is right passes, and every kind of wrong is seen.</summary>
[TestClass]
public sealed class AnalyzerTestTests
{
    private const string Unmarked = """
        class C
        {
            void M()
            {
                int bad1 = 1;
            }
        }
        """;

    private const string Marked = """
        class C
        {
            void M()
            {
                int {|#0:bad1|} = 1;
            }
        }
        """;

    private static DiagnosticResult Warning => new("TEST1", DiagnosticSeverity.Warning);

    [TestMethod]
    public Task Silence_is_expected_where_nothing_is_said() => Test("class C { void M() { int good = 1; } }").RunAsync();

    [TestMethod]
    public Task The_default_mark_expects_the_only_diagnostic()
        => Test("class C { void M() { int [|bad1|] = 1; int good = 2; } }").RunAsync();

    [TestMethod]
    public Task A_mark_can_name_the_id() => Test("class C { void M() { int {|TEST1:bad1|} = 1; } }").RunAsync();

    [TestMethod]
    public Task A_place_can_be_numbered() => Test(Marked, Warning.WithLocation(0).WithArguments("bad1")).RunAsync();

    [TestMethod]
    public Task A_span_can_be_given() => Test(Unmarked, Warning.WithSpan(5, 13, 5, 17)).RunAsync();

    [TestMethod]
    public Task A_start_can_be_given() => Test(Unmarked, Warning.WithLocation(5, 13)).RunAsync();

    [TestMethod]
    public Task A_span_can_be_given_with_its_file() => Test(Unmarked, Warning.WithSpan("/0/Test0.cs", 5, 13, 5, 17)).RunAsync();

    [TestMethod]
    public Task A_message_can_be_given() => Test(Marked, Warning.WithLocation(0).WithMessage("The local 'bad1' has a bad name")).RunAsync();

    [TestMethod]
    public Task A_descriptor_with_arguments_is_a_message()
        => Test(Marked, new DiagnosticResult(BadNameAnalyzer.Rule).WithLocation(0).WithArguments("bad1")).RunAsync();

    [TestMethod]
    public Task A_missing_diagnostic_fails()
        => Harness.FailsAsync(
            Test("class C { void M() { int [|good|] = 1; } }"),
            "1 expected, 0 reported",
            "Missing:",
            "new DiagnosticResult(\"TEST1\", DiagnosticSeverity.Warning).WithSpan(1, 26, 1, 30)",
            "Nothing was reported.");

    [TestMethod]
    public Task An_unexpected_diagnostic_fails()
        => Harness.FailsAsync(
            Test(Unmarked),
            "0 expected, 1 reported",
            "Unexpected:",
            "        int bad1 = 1;",
            "            ^~~~\n",
            "new DiagnosticResult(\"TEST1\", DiagnosticSeverity.Warning).WithSpan(5, 13, 5, 17).WithArguments(\"bad1\"),");

    [TestMethod]
    public Task A_wrong_end_fails()
        => Harness.FailsAsync(
            Test(Unmarked, Warning.WithSpan(5, 13, 5, 16)),
            "Differs:",
            "the location is /0/Test0.cs(5,13)-(5,17), expected /0/Test0.cs(5,13)-(5,16)");

    [TestMethod]
    public Task A_wrong_start_fails()
        => Harness.FailsAsync(Test(Unmarked, Warning.WithLocation(5, 12)), "Differs:", "expected /0/Test0.cs(5,12)");

    [TestMethod]
    public Task A_mark_one_character_too_long_fails()
        => Harness.FailsAsync(
            Test("class C { void M() { int [|bad1 |]= 1; } }"),
            "the location is /0/Test0.cs(1,26)-(1,30), expected /0/Test0.cs(1,26)-(1,31)");

    [TestMethod]
    public Task A_wrong_file_fails()
        => Harness.FailsAsync(Test(Unmarked, Warning.WithSpan("/0/Test1.cs", 5, 13, 5, 17)), "expected /0/Test1.cs");

    [TestMethod]
    public Task A_wrong_argument_fails()
        => Harness.FailsAsync(Test(Marked, Warning.WithLocation(0).WithArguments("bad2")), "the arguments are (bad1), expected (bad2)");

    [TestMethod]
    public Task An_argument_too_many_fails()
        => Harness.FailsAsync(Test(Marked, Warning.WithLocation(0).WithArguments("bad1", "x")), "expected (bad1, x)");

    [TestMethod]
    public Task A_wrong_message_fails()
        => Harness.FailsAsync(
            Test(Marked, Warning.WithLocation(0).WithMessage("Wrong")),
            "the message is \"The local 'bad1' has a bad name\", expected \"Wrong\"");

    [TestMethod]
    public Task A_wrong_severity_fails()
        => Harness.FailsAsync(
            Test(Marked, Warning.WithLocation(0).WithSeverity(DiagnosticSeverity.Error)),
            "the severity is Warning, expected Error");

    [TestMethod]
    public Task A_severity_can_be_left_open()
        => Test(
            Marked,
            Warning.WithLocation(0).WithSeverity(DiagnosticSeverity.Error).WithOptions(DiagnosticOptions.IgnoreSeverity)).RunAsync();

    [TestMethod]
    public Task A_wrong_id_fails()
        => Harness.FailsAsync(Test(Marked, DiagnosticResult.CompilerWarning("TEST2").WithLocation(0)), "the id is TEST1, expected TEST2");

    [TestMethod]
    public Task The_right_diagnostic_at_no_place_fails() => Harness.FailsAsync(Test(Unmarked, Warning), "expected none");

    [TestMethod]
    public Task A_test_of_no_source_fails()
    {
        SampleTest<BadNameAnalyzer> test = Test("class C;");
        test.TestState.Sources.Clear();
        return Harness.FailsAsync(test, "TestState.Sources", "is empty");
    }

    [TestMethod]
    public Task Every_source_counts()
    {
        SampleTest<BadNameAnalyzer> test = Test("class C { void M() { int [|bad1|] = 1; } }");
        test.TestState.Sources.Add("class D { void M() { int [|bad2|] = 1; } }");
        test.TestState.Sources.Add(("Named.cs", "class E { void M() { int bad3 = 1; } }"));
        test.ExpectedDiagnostics.Add(Warning.WithSpan("Named.cs", 1, 26, 1, 30).WithArguments("bad3"));
        return test.RunAsync();
    }

    [TestMethod]
    public Task A_diagnostic_in_another_source_is_seen()
    {
        SampleTest<BadNameAnalyzer> test = Test("class C { void M() { int [|bad1|] = 1; } }");
        test.TestState.Sources.Add("class D { void M() { int bad2 = 1; } }");
        return Harness.FailsAsync(test, "1 expected, 2 reported", "WithSpan(\"/0/Test1.cs\", 1, 26, 1, 30)");
    }

    [TestMethod]
    [DataRow("first")]
    [DataRow("second")]
    public Task What_is_open_in_one_expectation_does_not_take_another_s_diagnostic(string argument)
        => new SampleTest<TalkativeAnalyzer>(
            Marked,
            Warning.WithLocation(0),
            Warning.WithLocation(0).WithArguments(argument)).RunAsync();

    [TestMethod]
    public Task A_diagnostic_does_not_meet_two_expectations()
        => Harness.FailsAsync(
            new SampleTest<TalkativeAnalyzer>(
                Marked,
                Warning.WithLocation(0).WithArguments("first"),
                Warning.WithLocation(0).WithArguments("first")),
            "the arguments are (second), expected (first)");

    private static SampleTest<BadNameAnalyzer> Test(string source, params DiagnosticResult[] expected) => new(source, expected);
}
