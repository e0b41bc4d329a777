using System;
using System.Threading.Tasks;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>Tests of fixes: what is right passes, and every kind of wrong is seen.</summary>
[TestClass]
public sealed class CodeFixTestTests
{
    private const string One = "class C { void M() { int [|bad1|] = 1; } }";
    private const string OneFixed = "class C { void M() { int good1 = 1; } }";
    private const string Two = "class C { void M() { int [|bad1|] = 1; int [|bad2|] = 2; } }";
    private const string TwoFixed = "class C { void M() { int good1 = 1; int good2 = 2; } }";

    [TestMethod]
    public Task A_fix_that_does_what_it_should_passes() => new SampleFixTest<GoodNameFix>(One, OneFixed).RunAsync();

    [TestMethod]
    public Task Several_are_fixed_one_after_the_other_and_together() => new SampleFixTest<GoodNameFix>(Two, TwoFixed).RunAsync();

    [TestMethod]
    public Task One_iteration_may_fix_several() => new SampleFixTest<AllAtOnceFix>(Two, TwoFixed).RunAsync();

    [TestMethod]
    public Task Fewer_iterations_than_said_fail()
        => Harness.FailsAsync(
            new SampleFixTest<AllAtOnceFix>(Two, TwoFixed) { NumberOfIncrementalIterations = 2 },
            "2 iterations expected, 1 done");

    [TestMethod]
    public Task More_iterations_than_said_fail()
        => Harness.FailsAsync(new SampleFixTest<GoodNameFix>(Two, TwoFixed) { NumberOfIncrementalIterations = 1 }, "1 iterations expected");

    [TestMethod]
    public Task A_negative_number_is_a_limit()
        => new SampleFixTest<AllAtOnceFix>(Two, TwoFixed) { NumberOfIncrementalIterations = -2 }.RunAsync();

    [TestMethod]
    public Task More_iterations_than_the_limit_fail()
        => Harness.FailsAsync(new SampleFixTest<GoodNameFix>(Two, TwoFixed) { NumberOfIncrementalIterations = -1 }, "at most 1");

    [TestMethod]
    public Task More_iterations_than_diagnostics_fail()
        => Harness.FailsAsync(
            new SampleFixTest<StepwiseFix>("class C { void M() { int [|badly|] = 1; } }", "class C { void M() { int good = 1; } }"));

    [TestMethod]
    public Task More_iterations_than_diagnostics_pass_if_said()
        => new SampleFixTest<StepwiseFix>("class C { void M() { int [|badly|] = 1; } }", "class C { void M() { int good = 1; } }")
        {
            NumberOfIncrementalIterations = 2,
            NumberOfFixAllIterations = 2,
        }.RunAsync();

    [TestMethod]
    public Task A_fix_all_that_needs_another_turn_fails()
        => Harness.FailsAsync(
            new SampleFixTest<StepwiseFix>("class C { void M() { int [|badly|] = 1; } }", "class C { void M() { int good = 1; } }")
            {
                NumberOfIncrementalIterations = 2,
            },
            "Fix all in document");

    [TestMethod]
    public Task An_endless_fix_fails()
    {
        var test = new SampleFixTest<EndlessFix>(One, "class C { void M() { int [|bad1lyly|] = 1; } }");
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        return Harness.FailsAsync(test, "Iterative code fix application", "at most 1 iterations expected");
    }

    [TestMethod]
    public Task Wrong_text_fails()
        => Harness.FailsAsync(
            new SampleFixTest<GoodNameFix>(One, OneFixed.Replace("good1", "better1")),
            "better1",
            "good1",
            "First difference at line 1");

    [TestMethod]
    public Task A_missing_blank_fails()
        => Harness.FailsAsync(new SampleFixTest<GoodNameFix>(One, OneFixed + " "), "First difference at line 1", "}·");

    [TestMethod]
    public Task A_fix_that_changes_nothing_fails() => Harness.FailsAsync(new SampleFixTest<IdleFix>(One, OneFixed), "- class C");

    [TestMethod]
    public Task A_fix_without_action_fails() => Harness.FailsAsync(new SampleFixTest<NoActionFix>(One, OneFixed), "- class C");

    [TestMethod]
    public Task A_fix_that_throws_fails()
        => Assert.ThrowsAsync<Exception>(() => new SampleFixTest<ThrowingFix>(One, OneFixed).RunAsync());

    [TestMethod]
    public Task No_fix_may_be_expected() => new SampleFixTest<NoActionFix>(One, One).RunAsync();

    [TestMethod]
    public Task An_action_that_changes_nothing_fails_where_none_is_expected()
        => Harness.FailsAsync(new SampleFixTest<IdleFix>(One, One), "No fix is expected, but 'Rename' is offered");

    [TestMethod]
    public Task A_fix_where_none_is_expected_fails() => Harness.FailsAsync(new SampleFixTest<GoodNameFix>(One, One));

    [TestMethod]
    public Task A_fix_that_does_not_compile_fails()
        => Harness.FailsAsync(
            new SampleFixTest<GoodNameFix>(
                "class C { void M() { int [|bad1|] = 1; bad1++; } }",
                "class C { void M() { int good1 = 1; bad1++; } }"),
            "CS0103",
            "Diagnostics of fixed state");

    [TestMethod]
    public Task A_fix_that_does_not_compile_passes_if_said()
        => new SampleFixTest<GoodNameFix>(
            "class C { void M() { int [|bad1|] = 1; bad1++; } }",
            "class C { void M() { int good1 = 1; {|CS0103:bad1|}++; } }").RunAsync();

    [TestMethod]
    public Task The_first_action_is_taken_unless_said()
        => new SampleFixTest<GoodNameFix>(One, OneFixed.Replace("good", "fine")) { CodeActionIndex = 1 }.RunAsync();

    [TestMethod]
    public Task An_action_can_be_named()
        => new SampleFixTest<GoodNameFix>(One, OneFixed.Replace("good", "fine")) { CodeActionEquivalenceKey = "fine" }.RunAsync();

    [TestMethod]
    public Task An_action_that_is_not_there_fails()
        => Harness.FailsAsync(
            new SampleFixTest<GoodNameFix>(One, OneFixed) { CodeActionEquivalenceKey = "great" },
            "the key 'great'",
            "'Rename to fine' (key 'fine')");

    [TestMethod]
    public Task An_action_index_that_is_not_there_fails()
        => Harness.FailsAsync(new SampleFixTest<GoodNameFix>(One, OneFixed) { CodeActionIndex = 2 });

    [TestMethod]
    public Task An_action_at_the_index_with_another_name_fails()
        => Harness.FailsAsync(
            new SampleFixTest<GoodNameFix>(One, OneFixed) { CodeActionIndex = 0, CodeActionEquivalenceKey = "fine" },
            "good",
            "fine");

    [TestMethod]
    public Task An_action_can_be_looked_at()
    {
        string? title = null;
        var test = new SampleFixTest<GoodNameFix>(One, OneFixed) { CodeActionVerifier = (action, verifier) => title = action.Title };
        return VerifyTitleAsync();

        async Task VerifyTitleAsync()
        {
            await test.RunAsync();
            Assert.AreEqual("Rename to good", title);
        }
    }

    [TestMethod]
    public Task A_fix_all_that_gives_other_text_fails()
        => Harness.FailsAsync(new SampleFixTest<OtherwiseInBatchFix>(Two, TwoFixed), "Fix all in document", "batch1");

    [TestMethod]
    public Task A_fix_all_that_gives_other_text_passes_if_said()
        => new SampleFixTest<OtherwiseInBatchFix>(Two, TwoFixed) { BatchFixedCode = TwoFixed.Replace("good", "batch") }.RunAsync();

    [TestMethod]
    public Task A_wrong_batch_text_fails()
        => Harness.FailsAsync(
            new SampleFixTest<GoodNameFix>(Two, TwoFixed) { BatchFixedCode = TwoFixed.Replace("good", "batch") },
            "Fix all");

    [TestMethod]
    public Task A_fix_all_can_be_left_out()
        => new SampleFixTest<OtherwiseInBatchFix>(Two, TwoFixed) { CodeFixTestBehaviors = CodeFixTestBehaviors.SkipFixAllCheck }.RunAsync();

    [TestMethod]
    public Task A_fix_for_one_at_a_time_passes() => new SampleFixTest<SingleFix>(Two, TwoFixed).RunAsync();

    [TestMethod]
    public Task Only_one_can_be_fixed()
    {
        var test = new SampleFixTest<GoodNameFix>(Two, string.Empty)
        {
            CodeFixTestBehaviors = CodeFixTestBehaviors.FixOne | CodeFixTestBehaviors.SkipFixAllCheck,
        };
        test.FixedState.Sources.Clear();
        test.FixedState.Sources.Add("class C { void M() { int good1 = 1; int [|bad2|] = 2; } }");
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        return test.RunAsync();
    }

    [TestMethod]
    public Task What_is_left_must_be_expected()
        => Harness.FailsAsync(
            new SampleFixTest<GoodNameFix>(Two, "class C { void M() { int good1 = 1; int bad2 = 2; } }")
            {
                CodeFixTestBehaviors = CodeFixTestBehaviors.FixOne | CodeFixTestBehaviors.SkipFixAllCheck,
            },
            "Diagnostics of fixed state");

    [TestMethod]
    public Task Every_source_is_fixed()
    {
        var test = new SampleFixTest<GoodNameFix>(One, OneFixed);
        test.TestState.Sources.Add("class D { void M() { int [|bad1|] = 1; } }");
        test.FixedState.Sources.Add("class D { void M() { int good1 = 1; } }");
        return test.RunAsync();
    }

    [TestMethod]
    public Task A_fix_all_in_the_document_stays_in_it()
    {
        // Two documents need two turns in document scope, and one in project scope.
        var test = new SampleFixTest<GoodNameFix>(One, OneFixed);
        test.TestState.Sources.Add("class D { void M() { int [|bad1|] = 1; } }");
        test.FixedState.Sources.Add("class D { void M() { int good1 = 1; } }");
        test.NumberOfFixAllInDocumentIterations = 2;
        test.NumberOfFixAllInProjectIterations = 1;
        return test.RunAsync();
    }

    [TestMethod]
    public Task A_source_that_should_stay_is_compared()
    {
        var test = new SampleFixTest<GoodNameFix>(One, OneFixed);
        test.TestState.Sources.Add("class D;");
        test.FixedState.Sources.Add("class E;");
        return Harness.FailsAsync(test, "/0/Test1.cs", "- class E;", "+ class D;");
    }

    [TestMethod]
    public Task An_added_source_is_compared()
    {
        var test = new SampleFixTest<AddFileFix>(One, OneFixed);
        test.FixedState.Sources.Add(("/0/Added.cs", "class Added;"));
        return test.RunAsync();
    }

    [TestMethod]
    public Task Other_text_in_an_added_source_fails()
    {
        var test = new SampleFixTest<AddFileFix>(One, OneFixed);
        test.FixedState.Sources.Add(("/0/Added.cs", "class Other;"));
        return Harness.FailsAsync(test, "/0/Added.cs", "- class Other;", "+ class Added;");
    }

    [TestMethod]
    public Task An_added_source_that_is_not_expected_fails()
        => Harness.FailsAsync(new SampleFixTest<AddFileFix>(One, OneFixed), "'Added.cs' is not expected after the fix");

    [TestMethod]
    public Task What_a_fix_builds_is_formatted()
        => new SampleFixTest<BlockFix>(
            """
            class C
            {
                void M()
                {
                    int [|bad1|] = 1;
                }
            }
            """,
            """
            class C
            {
                void M()
                {
                    {
                        int good = 1;
                        good++;
                    }
                }
            }
            """).RunAsync();

    [TestMethod]
    public Task A_tree_that_its_text_is_not_read_as_fails()
        => Harness.FailsAsync(
            new SampleFixTest<ParenthesesFix>(One, "class C { void M() { int good = 2 * 1 +1; } }"),
            "The action 'Rewrite' built a tree");

    [TestMethod]
    public Task A_tree_that_its_text_is_not_read_as_passes_if_said()
        => new SampleFixTest<ParenthesesFix>(One, "class C { void M() { int good = 2 * 1 +1; } }")
        {
            CodeActionValidationMode = CodeActionValidationMode.None,
        }.RunAsync();

    [TestMethod]
    public Task Actions_in_a_menu_are_found()
        => new SampleFixTest<MenuFix>(One, "class C { void M() { int other = 1; } }") { CodeActionEquivalenceKey = "other" }.RunAsync();

    [TestMethod]
    public Task A_state_can_inherit_nothing()
    {
        var test = new SampleFixTest<GoodNameFix>(One, OneFixed);
        test.TestState.Sources.Add("class D;");
        test.FixedState.InheritanceMode = StateInheritanceMode.Explicit;
        test.FixedState.Sources.Add("class D;");
        test.FixedState.AdditionalReferences.AddRange(PlatformReferences.Net100);
        return test.RunAsync();
    }

    [TestMethod]
    public Task What_no_fix_is_for_is_still_expected_after_it()
    {
        var test = new SampleFixTest<GoodNameFix>(
            "class C { void M() { int [|bad1|] = {|#0:unknown|}; } }",
            "class C { void M() { int good1 = {|#0:unknown|}; } }");
        test.ExpectedDiagnostics.Add(DiagnosticResult.CompilerError("CS0103").WithLocation(0).WithArguments("unknown"));
        return test.RunAsync();
    }

    [TestMethod]
    public Task A_missing_source_is_seen()
    {
        var test = new SampleFixTest<GoodNameFix>(One, OneFixed);
        test.FixedState.Sources.Add("class E;");
        return Harness.FailsAsync(test, "/0/Test1.cs");
    }

    [TestMethod]
    public Task Explicit_places_work_for_fixes()
    {
        var test = new SampleFixTest<GoodNameFix>("class C { void M() { int {|#0:bad1|} = 1; } }", OneFixed);
        test.ExpectedDiagnostics.Add(new DiagnosticResult("TEST1", DiagnosticSeverity.Warning).WithLocation(0).WithArguments("bad1"));
        return test.RunAsync();
    }
}
