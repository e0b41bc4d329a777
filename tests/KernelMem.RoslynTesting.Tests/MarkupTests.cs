using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>Markup in sources.</summary>
[TestClass]
public sealed class MarkupTests
{
    [TestMethod]
    [DataRow("a[|b|]c", "abc", ":1-2")]
    [DataRow("{|ID1:ab|}c", "abc", "ID1:0-2")]
    [DataRow("{|ID1:a|}{|ID1:b|}", "ab", "ID1:0-1 ID1:1-2")]
    [DataRow("{|A:{|B:x|}y|}z", "xyz", "A:0-2 B:0-1")]
    [DataRow("[|a{|B:x|}|]", "ax", ":0-2 B:1-2")]
    [DataRow("{|#0:a{|#1:b|#0}c|#1}", "abc", "#0:0-2 #1:1-3")]
    [DataRow("{|#12:a|}", "a", "#12:0-1")]
    [DataRow("[||]", "", ":0-0")]
    [DataRow("a[0] || b | c", "a[0] || b | c", "")]
    [DataRow("if (a is { X: 1 }) { }", "if (a is { X: 1 }) { }", "")]
    public void Marks_are_read_and_removed(string input, string output, string spans)
    {
        TestFileMarkupParser.GetSpans(input, out string text, out ImmutableDictionary<string, ImmutableArray<TextSpan>> byName);

        Assert.AreEqual(output, text);
        IEnumerable<string> read = byName.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SelectMany(pair => pair.Value.Select(span => $"{pair.Key}:{span.Start}-{span.End}"));
        Assert.AreEqual(spans, string.Join(' ', read));
    }

    [TestMethod]
    public void Positions_are_read_and_removed()
    {
        TestFileMarkupParser.GetPositionsAndSpans("a$$b$$", out string text, out ImmutableArray<int> positions, out _);

        Assert.AreEqual("ab", text);
        Assert.AreEqual("1 2", string.Join(' ', positions));
    }

    [TestMethod]
    public void Position_marks_can_be_code()
    {
        TestFileMarkupParser.GetSpans(
            "a$$b[|c|]",
            treatPositionIndicatorsAsCode: true,
            out string text,
            out ImmutableDictionary<string,
            ImmutableArray<TextSpan>> spans);

        Assert.AreEqual("a$$bc", text);
        Assert.AreEqual(TextSpan.FromBounds(4, 5), spans[string.Empty].Single());
    }

    [TestMethod]
    [DataRow("a [|b", "'[|' at line 1, column 3 is not closed")]
    [DataRow("a\n {|ID:b", "'{|ID:' at line 2, column 2 is not closed")]
    [DataRow("a |] b", "'|]' at line 1, column 3 closes what is not open")]
    [DataRow("{|#0:a|#1}", "'|#1}' at line 1, column 7 closes what is not open")]
    public void Malformed_markup_is_refused(string input, string message)
    {
        Exception failure = Assert.Throws<Exception>(
            () => TestFileMarkupParser.GetSpans(input, treatPositionIndicatorsAsCode: false, out _, out _));
        if (Harness.IsOurs)
            Assert.Contains(message, failure.Message);
    }

    [TestMethod]
    public Task A_position_expects_the_default_diagnostic_there()
        => new SampleTest<BadNameAnalyzer>("class C { void M() { int $$bad1 = 1; } }").RunAsync();

    [TestMethod]
    public Task A_position_beside_the_diagnostic_fails()
        => Harness.FailsAsync(new SampleTest<BadNameAnalyzer>("class C { void M() { int b$$ad1 = 1; } }"), "expected /0/Test0.cs(1,27)");

    [TestMethod]
    public Task The_default_mark_needs_one_rule()
        => Harness.FailsAsync(
            new SampleTest<TwoRulesAnalyzer>("class C { void M() { int [|bad|] = 1; } }"),
            "Markup without an id ('[|text|]') needs an analyzer with exactly one supported diagnostic; it has 2: TEST4, TEST5.");

    [TestMethod]
    public Task The_default_mark_can_mean_the_first_rule()
        => new SampleTest<TwoRulesAnalyzer>("class C { void M() { int [|bad|] = 1; } }")
        {
            MarkupOptions = MarkupOptions.UseFirstDescriptor,
        }.RunAsync();

    [TestMethod]
    public Task Ids_tell_rules_apart()
        => new SampleTest<TwoRulesAnalyzer>("class C { void M() { int {|TEST4:bad|} = 1; int {|TEST5:bad1|} = 1; } }").RunAsync();

    [TestMethod]
    public Task The_wrong_id_fails()
        => Harness.FailsAsync(
            new SampleTest<TwoRulesAnalyzer>("class C { void M() { int {|TEST5:bad|} = 1; } }"),
            "the id is TEST4, expected TEST5");

    [TestMethod]
    public Task A_number_that_is_not_there_fails()
    {
        var test = new SampleTest<BadNameAnalyzer>(
            "class C { void M() { int {|#0:bad1|} = 1; } }",
            new DiagnosticResult(BadNameAnalyzer.Rule).WithLocation(1).WithArguments("bad1"));
        return Assert.ThrowsAsync<Exception>(() => test.RunAsync());
    }

    [TestMethod]
    public Task A_number_that_is_there_twice_fails()
        => Assert.ThrowsAsync<Exception>(
            () => new SampleTest<BadNameAnalyzer>("class C { void M() { int {|#0:a|} = 1, {|#0:b|} = 1; } }").RunAsync());

    [TestMethod]
    public Task A_number_alone_expects_nothing()
        => new SampleTest<BadNameAnalyzer>("class C { void M() { int {|#0:good|} = 1; } }").RunAsync();

    [TestMethod]
    public Task Markup_can_be_ignored()
    {
        var test = new SampleTest<BadNameAnalyzer>("class C { void M() { int [|good|] = 1; } }");
        test.TestState.MarkupHandling = MarkupMode.Ignore;
        return test.RunAsync();
    }

    [TestMethod]
    public Task Markup_can_be_code()
    {
        var test = new SampleTest<BadNameAnalyzer>("class C { bool M(int[] a) => a is [|1, 2|]; }");
        test.CompilerDiagnostics = CompilerDiagnostics.None;
        test.TestState.MarkupHandling = MarkupMode.None;
        return test.RunAsync();
    }

    [TestMethod]
    public Task A_raw_string_needs_its_dollars()
        => new SampleTest<BadNameAnalyzer>("class C { string M() { int [|bad1|] = 1; return $$\"\"\"{{bad1}}\"\"\"; } }")
        {
            MarkupOptions = MarkupOptions.TreatPositionIndicatorsAsCode,
        }.RunAsync();
}
