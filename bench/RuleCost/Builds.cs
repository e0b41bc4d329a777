using System;
using System.Diagnostics;
using System.IO;

namespace RuleCost;

/// <summary>How long a build took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="CpuSeconds">Of all processors, user and system, in all processes of the build.</param>
internal readonly record struct BuildTime(double Seconds, double CpuSeconds);

/// <summary>Builds a solution, with the rules or without, and tells how long it took. It has a compiler server of its own.</summary>
internal sealed class Builds(string name, Solution solution, bool hasRules, bool isCold) : IDisposable
{
    private readonly CompilerServer _server = new();

    public string Name => name;

    public Solution Solution => solution;

    public bool HasRules => hasRules;

    public void Restore() => Run("restore", solution.File);

    /// <summary>Builds everything.</summary>
    public BuildTime Build(params string[] options)
    {
        double before = ProcessTimes.OfEndedChildren() + _server.CpuSeconds();
        var watch = Stopwatch.StartNew();
        Run(
        [
            "build", solution.File, "--no-restore", "--no-incremental", "-c", "Release", "-nodeReuse:false", $"-p:Rules={(hasRules ? "true" : "false")}",
            $"-p:SharedCompilationId={_server.Id}", "-p:UseSharedCompilation=true", .. options,
        ]);
        watch.Stop();
        double after = ProcessTimes.OfEndedChildren() + _server.CpuSeconds();
        if (isCold)
            _server.End();
        return new BuildTime(watch.Elapsed.TotalSeconds, after - before);
    }

    public void Dispose() => _server.End();

    private static void Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [.. arguments, "-tl:off", "-nologo", "-v:quiet"]) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 || output.Contains("warning", StringComparison.Ordinal))
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}:\n{output[..Math.Min(output.Length, 4000)]}");
    }
}
