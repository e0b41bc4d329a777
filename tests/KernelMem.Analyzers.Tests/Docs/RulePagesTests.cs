using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>Pages and rules agree: each rule has a page, which says what the rule says, and whose examples are compiled.</summary>
[TestClass]
public sealed class RulePagesTests
{
    private const string Address = "https://github.com/kernelmem/kernelmem/blob/main/docs/rules/";

    public static IEnumerable<object[]> Pages => RuleCatalog.All.Select(static rule => new object[] { rule.Id });

    public static IEnumerable<object[]> Rules => RuleCatalog.Descriptors.Select(static rule => new object[] { rule.Id });

    /// <summary>Rules whose examples are code, and not build files.</summary>
    public static IEnumerable<object[]> RulesOfCode => RuleCatalog.Descriptors.Where(static rule => rule.Category != RuleCategories.Build).Select(static rule => new object[] { rule.Id });

    public static IEnumerable<object[]> Profiles => DocGenerator.Profiles.Select(static profile => new object[] { profile });

    [TestMethod]
    public void Every_rule_has_a_page_and_every_page_a_rule()
    {
        string[] rules = [.. RuleCatalog.All.Select(static rule => rule.Id)];
        Assert.IsGreaterThan(20, rules.Length);
        CollectionAssert.AreEqual(rules, rules.Distinct().ToArray(), "two rules have one id");
        CollectionAssert.AreEqual(rules, RulePage.Ids.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public void Every_error_of_the_build_is_known()
    {
        string[] known = [.. RuleCatalog.BuildErrors.Select(static error => error.Id)];
        string[] files = [Path.Combine(DocFile.Build, "KernelMem.targets"), Path.Combine(DocFile.Build, "../../KernelMem.Effects.Tasks/InferEffects.cs")];
        CollectionAssert.AreEqual(known, files.SelectMany(RuleCatalog.IdsIn).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void The_head_of_the_page_is_as_generated(string id)
        => DocFile.IsAsGenerated(RulePage.PathOf(id), page => DocGenerator.WithHead(page, RuleCatalog.All.Single(rule => rule.Id == id)));

    [TestMethod]
    public void The_table_of_all_rules_is_as_generated()
        => DocFile.IsAsGenerated(Path.Combine(DocFile.Rules, "README.md"), DocGenerator.WithTable);

    [TestMethod]
    [DynamicData(nameof(Profiles))]
    public void The_preset_is_as_generated(string profile)
        => DocFile.IsAsGenerated(Path.Combine(DocFile.Build, "presets", profile + ".globalconfig"), _ => DocGenerator.Preset(profile));

    [TestMethod]
    public void Every_preset_is_of_a_profile()
    {
        string[] presets = Directory.GetFiles(Path.Combine(DocFile.Build, "presets"));
        string[] profiles = [.. presets.Select(static file => Path.GetFileNameWithoutExtension(file))];
        CollectionAssert.AreEquivalent(DocGenerator.Profiles, profiles);
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void The_page_has_its_sections(string id) => IsClean(RulePage.Of(id).Problems());

    [TestMethod]
    [DataRow("## When to suppress\n\nx\n\n", "", "the sections are")]
    [DataRow("## Cause", "## Reason", "the sections are")]
    [DataRow("## How to fix\n\nx\n", "## How to fix\n", "nothing is under 'How to fix'")]
    [DataRow("## How to fix\n\nx\n\n", "## How to fix\n", "nothing is under 'How to fix'")]
    [DataRow("## Cause\n\nx", "## Cause\n\n[x](KM9999.md#y)", "there is no KM9999.md")]
    public void A_page_that_lacks_something_is_noticed(string part, string changed, string problem)
    {
        const string page = "# T\n\n## Cause\n\nx\n\n## Description\n\nx\n\n## How to fix\n\nx\n\n"
            + "## When to suppress\n\nx\n\n## Example\n\nx\n";
        Assert.IsEmpty(new RulePage(page).Problems().ToArray());
        StringAssert.StartsWith(new RulePage(page.Replace(part, changed, StringComparison.Ordinal)).Problems().Single(), problem);
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void The_descriptor_is_complete(string id)
    {
        DiagnosticDescriptor rule = RuleCatalog.Descriptors.Single(rule => rule.Id == id);
        string description = rule.Description.ToString(CultureInfo.InvariantCulture);

        Assert.AreNotEqual(string.Empty, rule.Title.ToString(CultureInfo.InvariantCulture));
        Assert.AreNotEqual(string.Empty, rule.MessageFormat.ToString(CultureInfo.InvariantCulture));
        StringAssert.EndsWith(description, ".");
        Assert.AreEqual(description.Trim(), description);
        Assert.AreEqual($"{Address}{id}.md", rule.HelpLinkUri);
        StringAssert.StartsWith(rule.Category, "KernelMem.");
        Assert.IsTrue(rule.IsEnabledByDefault);
    }

    [TestMethod]
    [DynamicData(nameof(RulesOfCode))]
    public async Task The_first_example_is_wrong_where_it_says_so(string id)
    {
        string[] examples = RulePage.Of(id).Examples;
        Assert.HasCount(2, examples);
        StringAssert.Contains(examples[0], "// " + id);
        IsClean(await PageExample.ProblemsAsync(examples[0], id));
    }

    [TestMethod]
    [DynamicData(nameof(RulesOfCode))]
    public async Task The_second_example_is_right(string id)
    {
        string[] examples = RulePage.Of(id).Examples;
        Assert.HasCount(2, examples);
        IsClean(await PageExample.ProblemsAsync(examples[1]));
    }

    [TestMethod]
    [DataRow("object M() => new object();\nobject N() => null!; // KM1001", "line 2 does not report KM1001", "line 1: ")]
    [DataRow("object M() => new object[0]; // KM1001", "line 1 does not report KM1001", "line 1: ")]
    [DataRow("object M() => Nowhere; // KM1001", "Example.cs(3,", "line 1 does not report KM1001")]
    [DataRow("object M(object? o) { _ = new object(); return o; } // KM1001", "Example.cs(3,")]
    public async Task A_wrong_example_that_says_something_else_is_noticed(string example, params string[] problems)
    {
        string[] found = await PageExample.ProblemsAsync(example, "KM1001");
        Assert.HasCount(problems.Length, found, string.Join('\n', found));
        for (int index = 0; index < problems.Length; index++)
        {
            StringAssert.StartsWith(found[index], problems[index]);
        }
    }

    private static void IsClean(IEnumerable<string> problems) => Assert.AreEqual(string.Empty, string.Join('\n', problems));
}
