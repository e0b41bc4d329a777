using System;
using System.Diagnostics;
using System.IO;

namespace RuleCost;

/// <summary>The compiler that stays in memory between builds: one that no other build uses, as its name is our own.</summary>
internal sealed class CompilerServer
{
    private int _process;

    public string Id { get; } = $"rulecost{Guid.NewGuid():N}";

    /// <summary>What it has used by now; 0 when it does not run. It goes by itself when it had nothing to do for long.</summary>
    public double CpuSeconds() => IsRunning() ? ProcessTimes.Of(_process) : 0;

    public void End()
    {
        if (!IsRunning())
            return;

        using Process process = Process.GetProcessById(_process);
        process.Kill();
        process.WaitForExit();
        _process = 0;
    }

    /// <summary>The process that was found may have ended, and its number be another's.</summary>
    private bool IsRunning()
    {
        if (_process == 0 || !IsOurs($"/proc/{_process}"))
            _process = Find();
        return _process != 0;
    }

    private int Find()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int process) && IsOurs(folder))
                return process;
        }

        return 0;
    }

    private bool IsOurs(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains($"-pipename:{Id}", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
