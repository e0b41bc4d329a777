using System;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>The verifier, the expected diagnostic as a value, and how texts are compared.</summary>
[TestClass]
public sealed class VerifierTests
{
    [TestMethod]
    public void What_holds_passes()
    {
        var verifier = new DefaultVerifier();
        verifier.Empty("none", Array.Empty<int>());
        verifier.NotEmpty("some", [1]);
        verifier.Equal(1, 1);
        verifier.True(true);
        verifier.False(false);
        verifier.SequenceEqual([1, 2], [1, 2]);
        verifier.LanguageIsSupported(LanguageNames.CSharp);
        verifier.EqualOrDiff("a\nb", "a\nb");
    }

    [TestMethod]
    public void What_does_not_hold_fails()
    {
        var verifier = new DefaultVerifier();
        Fails(() => verifier.Empty("some", [1, 2]), "'some' should be empty, but has 2 elements: 1, 2");
        Fails(() => verifier.NotEmpty("none", Array.Empty<int>()), "'none' is empty");
        Fails(() => verifier.Equal(1, 2), "expected '1' but was '2'");
        Fails(() => verifier.Equal(1, 2, "why"), "why");
        Fails(() => verifier.True(false), "expected 'true'");
        Fails(() => verifier.False(true), "expected 'false'");
        Fails(() => verifier.SequenceEqual([1, 2], [2, 1]), "expected '1, 2' but was '2, 1'");
        Fails(() => verifier.LanguageIsSupported("Cobol"), "Cobol");
        Fails(() => verifier.Fail("why"), "why");
    }

    [TestMethod]
    public void A_message_says_what_was_being_checked()
    {
        IVerifier verifier = new DefaultVerifier().PushContext("outside").PushContext("inside");

        Fails(() => verifier.Fail("why"), "Context: outside\nContext: inside\nwhy");
    }

    [TestMethod]
    public void The_first_difference_is_marked()
        => Fails(
            () => new DefaultVerifier().EqualOrDiff(
                "1\n2\n3\n4\n5\nsame\nold text\nrest",
                "1\n2\n3\n4\n5\nsame\nold word\nrest\nmore",
                "why"),
            "why\nFirst difference at line 7 (- expected, + actual):\n  ...\n   4\n   5\n   same\n"
            + ">- old text\n       ^\n + old word\n   rest\n + more");

    [TestMethod]
    public void What_cannot_be_seen_is_shown()
    {
        Fails(() => new DefaultVerifier().EqualOrDiff("a\nb", "a\r\nb"), ">- a\n    ^\n + a\\r");
        Fails(() => new DefaultVerifier().EqualOrDiff("a", "a  "), " + a··");
        Fails(() => new DefaultVerifier().EqualOrDiff("    a", "\ta"), " + \\ta");
        Fails(() => new DefaultVerifier().EqualOrDiff("a\n", "a"), "First difference at line 2 (- expected, + actual):\n   a\n>- ");
    }

    [TestMethod]
    public void A_result_knows_its_message()
    {
        DiagnosticResult result = new DiagnosticResult(BadNameAnalyzer.Rule).WithArguments("x");

        Assert.AreEqual("The local 'x' has a bad name", result.Message);
        Assert.AreEqual("Else", result.WithMessage("Else").Message);
        Assert.IsNull(result.WithMessage(null).Message);
        Assert.IsNull(new DiagnosticResult("TEST1", DiagnosticSeverity.Warning).Message);
        Assert.AreEqual(
            "y 1",
            new DiagnosticResult("TEST1", DiagnosticSeverity.Warning).WithMessageFormat("y {0}").WithArguments(1).Message);
    }

    [TestMethod]
    public void A_result_is_a_value()
    {
        DiagnosticResult result = new("TEST1", DiagnosticSeverity.Warning);
        DiagnosticResult placed = result.WithSpan(1, 2, 3, 4).WithLocation("Other.cs", 5, 6);

        Assert.IsFalse(result.HasLocation);
        Assert.HasCount(2, placed.Spans);
        Assert.AreEqual(0, placed.Spans[0].Span.StartLinePosition.Line);
        Assert.AreEqual(3, placed.Spans[0].Span.EndLinePosition.Character);
        Assert.AreEqual("Other.cs", placed.Spans[1].Span.Path);
        Assert.AreEqual(DiagnosticLocationOptions.IgnoreLength, placed.Spans[1].Options);
        Assert.IsFalse(placed.WithNoLocation().HasLocation);
        Assert.AreEqual("Here.cs", placed.WithDefaultPath("Here.cs").Spans[0].Span.Path);
        Assert.AreEqual("Other.cs", placed.WithDefaultPath("Here.cs").Spans[1].Span.Path);
        Assert.AreEqual(2, placed.WithLineOffset(2).Spans[0].Span.StartLinePosition.Line);
        Assert.AreEqual(6, placed.WithLineOffset(2).Spans[1].Span.StartLinePosition.Line);
        Assert.IsTrue(result.WithIsSuppressed(true).IsSuppressed);
    }

    private static void Fails(Action check, string message)
    {
        InvalidOperationException failure = Assert.ThrowsExactly<InvalidOperationException>(check);
        if (Harness.IsOurs)
            Assert.Contains(message, failure.Message);
    }
}
