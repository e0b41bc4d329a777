using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;

namespace KernelMem.Tool.Tests;

[TestClass]
public sealed class LayoutCommandTests
{
    [TestMethod]
    public void The_layout_is_the_one_that_the_guide_prints()
    {
        (int status, string text) = Run("layout");
        Assert.AreEqual(0, status);
        Assert.AreEqual(7, text.TrimEnd().Split('\n').Length);
        Assert.Contains("0x0000444444440000 - 0x000044444a83ffff   100.0 MiB  kernel heap", text, StringComparison.Ordinal);
        Assert.Contains(text, File.ReadAllText(Path.Combine(Root(), "docs", "paging.md")), StringComparison.Ordinal);
    }

    [TestMethod]
    public void Random_bits_give_other_places_the_same_ones_again()
    {
        string standard = Run("layout").Text;
        string first = Run("layout", "--randomize", "4711").Text;
        Assert.AreNotEqual(standard, first);
        Assert.AreEqual(first, Run("layout", "--randomize", "4711").Text);
        Assert.AreNotEqual(first, Run("layout", "--randomize", "4712").Text);
        Assert.AreEqual(Line(standard, "direct map"), Line(first, "direct map"));

        string moved = Run("layout", "--randomize", "4711", "--memory", "3").Text;
        Assert.Contains("3.0 GiB", Line(moved, "direct map"), StringComparison.Ordinal);
        Assert.AreNotEqual(Line(standard, "direct map")[..30], Line(moved, "direct map")[..30]);
    }

    [TestMethod]
    [DataRow("layout", "--randomize", "many")]
    [DataRow("layout", "--memory", "3")]
    [DataRow("layout", "--randomize", "1", "--memory", "0")]
    [DataRow("layout", "--randomize", "1", "--memory", "32769")]
    [DataRow("map")]
    public void What_cannot_be_understood_is_refused(params string[] arguments)
    {
        (int status, string text) = Run(arguments);
        Assert.AreNotEqual(0, status);
        Assert.DoesNotContain("Address space", text, StringComparison.Ordinal);
    }

    private static string Line(string text, string part) => text.Split('\n').Single(line => line.Contains(part, StringComparison.Ordinal));

    private static (int Status, string Text) Run(params string[] arguments)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture);
        using StringWriter error = new(CultureInfo.InvariantCulture);
        int status = Program.Run(arguments, new InvocationConfiguration { Output = output, Error = error });
        return (status, output.ToString());
    }

    // Not from the path of this file: a deterministic build does not tell it.
    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "KernelMem.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
