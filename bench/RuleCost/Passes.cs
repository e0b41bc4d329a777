using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RuleCost;

/// <summary>What one analyzer costs in a project.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CpuSeconds">Processor time of all threads.</param>
/// <param name="Bytes">What is allocated.</param>
internal readonly record struct PassCost(string Name, double CpuSeconds, long Bytes);

/// <summary>
/// A whole project in this process, with each analyzer alone and with all of them: processor time, without that of the compiler itself, of
/// starting it, and of compiling the analyzers to machine code. This is the figure that other work on the machine changes least.
/// </summary>
internal static class Passes
{
    private const int Warmups = 3;
    private const int Rounds = 5;
    private const int Lines = 5000;
    private const int LinesInFile = 250;

    public static async Task RunAsync()
    {
        foreach (SourceKind kind in Enum.GetValues<SourceKind>())
        {
            (string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers)[] passes =
            [
                ("the compiler alone", []),
                ("an analyzer that does nothing", [new IdleAnalyzer()]),
                ("all", Edits.Rules()),
                .. Edits.Rules().Select(static rule => (rule.GetType().Name, ImmutableArray.Create(rule))),
            ];
            CSharpCompilation compilation = Edits.Compile(kind, [.. Enumerable.Repeat(LinesInFile, Lines / LinesInFile)]);
            List<PassCost> rounds = [];
            for (int round = -Warmups; round < Rounds; round++)
            {
                foreach ((string name, ImmutableArray<DiagnosticAnalyzer> analyzers) in passes)
                {
                    PassCost cost = await MeasureAsync(name, compilation.Clone(), analyzers, Edits.Options(kind));
                    if (round >= 0)
                        rounds.Add(cost);
                }
            }

            Report.WritePasses(kind, Lines, [.. passes.Select(pass => rounds.Where(round => round.Name == pass.Name).MinBy(static round => round.CpuSeconds))]);
        }
    }

    private static async Task<PassCost> MeasureAsync(string name, CSharpCompilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, AnalyzerOptions options)
    {
        GC.Collect();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        if (analyzers.IsEmpty)
        {
            using var image = new MemoryStream();
            if (!compilation.Emit(image).Success)
                throw new InvalidOperationException("The sources do not compile.");
        }
        else
        {
            CompilationWithAnalyzers analysis = compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(options, onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false));
            ImmutableArray<Diagnostic> found = await analysis.GetAnalyzerDiagnosticsAsync();
            if (!found.IsEmpty)
                throw new InvalidOperationException(string.Join('\n', found.Take(10)));
        }

        return new PassCost(name, (Environment.CpuUsage.TotalTime - before).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }
}
