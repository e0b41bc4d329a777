extern alias Inference;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Inference::KernelMem.Effects;
using KernelMem.Analyzers.Tests;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RuleCorpus.Calls;

/// <summary>Compares, for each function of a program, what the rules say of a call of it with what its compiled code and all it calls do.</summary>
internal static class CallsComparison
{
    public static async Task<CallsResult> CompareAsync(WholeProgram program)
    {
        CSharpCompilation compilation = program.Compilation;
        RuleVerdicts rules = new();
        var diagnostics = await compilation.WithAnalyzers([rules], new AnalyzerOptions([.. program.Texts], new KernelOptions())).GetAnalyzerDiagnosticsAsync();
        if (diagnostics.FirstOrDefault(static found => found.Id == "AD0001") is { } crash)
            throw new InvalidOperationException(crash.ToString());

        using MemoryStream image = new();
        using MemoryStream symbols = new();
        Emit(compilation, image, symbols);
        string[] references = [.. compilation.References.OfType<PortableExecutableReference>().Select(static reference => PlatformFiles.WithCode(reference.FilePath!)), .. PlatformFiles.CoreOf(compilation)];
        using World world = new([image, .. CodeOfLibraries(compilation, references)], references);
        ModuleDefinition module = world.Judged[0].MainModule;
        using FunctionNames names = new(symbols, compilation.SyntaxTrees);
        ClosedWorld closed = new(world, module, new KnownMembers(program.Texts));
        (string Name, ClosedNode Node)[] methods =
        [
            .. module.GetTypes().SelectMany(static type => type.Methods).Where(IsOfSource)
                .Select(method => (Name: names.Of(method), Node: closed.Root(method)))
                .Where(static method => method.Name is not null)
                .Select(static method => (method.Name!, method.Node)),
        ];
        closed.Solve();

        List<CallsPair> pairs = [];
        int unmatched = 0;
        foreach (IGrouping<string, (string Name, ClosedNode Node)> alike in methods.GroupBy(static method => method.Name))
        {
            if (alike.Count() == 1 && rules.Verdicts.TryGetValue(alike.Key, out ReasonedVerdict rule))
                pairs.Add(new CallsPair(alike.First().Node.Method.FullName, rule, alike.First().Node.Result));
            else
                unmatched += alike.Count();
        }

        return new CallsResult(program.Name, pairs, unmatched, closed.Instances);
    }

    /// <summary>The libraries of .NET that the program uses, where they have code.</summary>
    private static IEnumerable<Stream> CodeOfLibraries(CSharpCompilation compilation, string[] references)
    {
        HashSet<string> used = [.. compilation.GetUsedAssemblyReferences().OfType<PortableExecutableReference>().Select(static reference => PlatformFiles.WithCode(reference.FilePath!))];
        return references.Where(path => Path.GetDirectoryName(path) + "/" == PlatformFiles.Folder && (used.Contains(path) || Path.GetFileName(path) == "System.Private.CoreLib.dll")).Select(File.OpenRead);
    }

    private static void Emit(CSharpCompilation compilation, MemoryStream image, MemoryStream symbols)
    {
        EmitResult result = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!result.Success)
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error).Take(5)));
        image.Position = 0;
        symbols.Position = 0;
    }

    /// <summary>Not what the compiler wrote, nor members that lost their body to compile.</summary>
    private static bool IsOfSource(MethodDefinition method)
        => method.HasBody
            && (method.Name.Contains(">g__", StringComparison.Ordinal) || method.Name.Contains(">b__", StringComparison.Ordinal)
                || (!IlMarks.IsCompilerGenerated(method) && !IsInCompilers(method.DeclaringType)))
            && !method.Body.Instructions.Where(static instruction => instruction.OpCode.Code != Code.Nop).Select(static instruction => instruction.OpCode.Code).SequenceEqual([Code.Ldnull, Code.Throw]);

    private static bool IsInCompilers(TypeDefinition? type) => type is not null && (type.Name.StartsWith('<') || IsInCompilers(type.DeclaringType));
}
