using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using KernelMem.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Tests;

/// <summary>Whatever is declared, either the generator says what is wrong, or what it writes compiles.</summary>
[TestClass]
public sealed class RandomDeclarationTests
{
    private const int Layouts = 150;

    private static readonly (string Name, int Width)[] s_storages = [("byte", 8), ("ushort", 16), ("uint", 32), ("ulong", 64)];
    private static readonly string[] s_types = ["bool", "byte", "ushort", "uint", "ulong", "int", "Tiny", "Signed", "PhysAddr", "Frame", "Frame<Size2MiB>", "Frame<Size1GiB>"];
    private static readonly string[] s_names = ["A", "B", "C", "D", "E", "F", "G", "AMask", "WithB", "Value", "Reserved", "Flags", "None", "@class"];
    private static readonly string[] s_options = ["", "", "", "", "Default = 1", "Default = Tiny.B", "AllowOverlap = true", "Label = \"x y\"", "Access = FieldAccess.ReadOnly", "Access = FieldAccess.WriteOneToClear", "Access = FieldAccess.WriteOnly"];
    private static readonly string[] s_combinations = ["A & !B", "A == 1 | (B)", "!(A & B) & C > 1", "A & ", "None", "@class"];

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void A_declaration_without_our_errors_compiles(int seed)
    {
        var random = new Random(seed);
        string[] sources = [.. Enumerable.Range(0, Layouts).Select(index => Declare(random, index)), "enum Tiny : byte { A, B } enum Signed { A, B = 5 } [System.Flags] enum Bits { A = 1, B = 4 }"];

        Generation generation = Generation.Of(sources);

        // What the compiler rejects in the input alone is its own to tell.
        HashSet<string> told = [.. generation.Input.GetDeclarationDiagnostics().Where(IsTheUsers).Select(problem => problem.Location.GetLineSpan().Path)];
        told.UnionWith(generation.Reported.Select(diagnostic => diagnostic.Location.GetLineSpan().Path));
        string[] written = [.. generation.Layouts.Select(layout => "Source" + layout.HintName[1..^".g.cs".Length] + ".cs")];
        List<Diagnostic> untold =
        [
            .. generation.CompilerProblems.Where(problem => problem.Location.SourceTree is { } tree && !told.Contains(tree.FilePath)),
        ];

        Assert.IsEmpty(untold, $"seed {seed}: {untold.FirstOrDefault()}\n{untold.FirstOrDefault()?.Location.SourceTree}");
        Assert.IsGreaterThan(Layouts / 5, generation.Layouts.Length, "too few sound declarations to mean anything");
        Assert.IsGreaterThan(Layouts / 5, told.Count, "too few bad declarations to mean anything");
        Assert.HasCount(Layouts, told.Union(written), "each declaration is told or written");
        Assert.IsEmpty(generation.Reported.Select(diagnostic => diagnostic.Location.GetLineSpan().Path).Intersect(written), "and not both by us");
    }

    /// <summary>An attribute's argument of the wrong type, and the like; a partial property without its other half is ours.</summary>
    private static bool IsTheUsers(Diagnostic problem) => problem.Severity == DiagnosticSeverity.Error && problem.Id is not ("CS9248" or "CS9249");

    /// <summary>Cuts the word into pieces that mostly cover it, and gives each piece a mostly suitable role.</summary>
    private static string Declare(Random random, int index)
    {
        (string storage, int width) = s_storages[random.Next(s_storages.Length)];
        var attributes = new StringBuilder();
        var fields = new StringBuilder();
        List<string> names = [.. s_names];

        for (int low = 0; low < width;)
        {
            int high = Math.Min(width - 1, low + random.Next(1, 12) - 1);
            WritePiece(random, low, high, attributes, fields, names);
            low = random.Next(60) == 0 ? low + 1 : high + 1;
        }

        if (random.Next(4) == 0)
            attributes.Append(CultureInfo.InvariantCulture, $"[Forbid(\"{s_combinations[random.Next(s_combinations.Length)]}\")]");

        if (random.Next(12) == 0)
            attributes.Append(CultureInfo.InvariantCulture, $"[PageTableEntry({random.Next(7)}, PageTableEntryRole.{(random.Next(2) == 0 ? "Table" : "Page")})]");

        return $$"""
            using KernelMem.Addresses;
            using KernelMem.Annotations;
            [BitLayout(typeof({{storage}}){{(random.Next(8) == 0 ? ", BigEndian = true" : "")}})] {{attributes}}
            readonly partial struct L{{index}}
            {
            {{fields}}}
            """;
    }

    private static void WritePiece(Random random, int low, int high, StringBuilder attributes, StringBuilder fields, List<string> names)
    {
        int role = random.Next(10);
        if (role < 3 || names.Count == 0)
        {
            string[] roles = ["Reserved", "Ignored", "Software"];
            attributes.Append(CultureInfo.InvariantCulture, $"[{roles[random.Next(roles.Length)]}({low}, {high})]");
            return;
        }

        // Odd names are likelier to be bad, so they come late.
        string name = names[random.Next(20) == 0 ? random.Next(names.Count) : 0];
        names.Remove(name);
        (string position, string type) = random.Next(25) == 0
            ? ($"Bits({low}, {high})", s_types[random.Next(s_types.Length)])
            : SuitableField(random, low, high);
        string option = random.Next(3) == 0 ? s_options[random.Next(s_options.Length)] : "";
        bool isWriteOnly = option.Contains("WriteOnly", StringComparison.Ordinal) && random.Next(10) != 0;
        string attribute = option.Length == 0 ? position : position.Replace(")", $", {option})", StringComparison.Ordinal);
        fields.Append(CultureInfo.InvariantCulture, $"    [{attribute}] public partial {type} {name} {{ {(isWriteOnly ? "init;" : "get;")} }}\n");
    }

    private static (string Position, string Type) SuitableField(Random random, int low, int high)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"({low}, {high})");
        if (low == high)
            return (string.Create(CultureInfo.InvariantCulture, $"Bit({low})"), "bool");

        return random.Next(4) switch
        {
            0 => ("Address" + range, "PhysAddr"),
            1 => ("Bits" + range, high - low >= 8 ? "ushort" : random.Next(4) == 0 && high - low > 1 ? "Bits" : "Tiny"),
            2 => ("Bits" + range, high - low >= 2 ? "Signed" : "ulong"),
            _ => ("Bits" + range, "uint"),
        };
    }
}
