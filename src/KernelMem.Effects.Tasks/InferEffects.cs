using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using KernelMem.Analyzers.Effects;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Effects.Tasks;

/// <summary>
/// Writes the effects file of assemblies: which of their members allocate, throw or wait. The file is made again when an assembly, a list
/// or this task is another one than before; it is not touched if its text stays the same.
/// </summary>
public sealed class InferEffects : Task, ICancelableTask, IDisposable
{
    /// <summary>Many projects of a solution refer to the same: one build looks at it once.</summary>
    private static readonly ConcurrentDictionary<string, string> s_texts = new(StringComparer.Ordinal);

    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The assemblies. Reference assemblies, which have no code, are left out, and so is what is no .NET assembly.</summary>
    [Required]
    public ITaskItem[] Assemblies { get; set; } = [];

    /// <summary>Where their code is, if that is elsewhere: files of the same name.</summary>
    public ITaskItem[] Implementations { get; set; } = [];

    /// <summary>What they refer to.</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>Effects files of what they refer to, which win over the one for .NET 10.</summary>
    public ITaskItem[] KnownEffects { get; set; } = [];

    /// <summary>Lists of what is known better.</summary>
    public ITaskItem[] Overrides { get; set; } = [];

    /// <summary>
    /// What is to be compiled, where only marks hold code to anything: if there can be none, there is nothing to do. Empty where the profile
    /// holds all code.
    /// </summary>
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The effects file.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <summary>The effects file, if there is an assembly to write one of.</summary>
    [Output]
    public ITaskItem[] EffectsFiles { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        ReferenceCode[] codes = [.. ReferenceCode.Find(Paths(Assemblies), Paths(Implementations))];
        if (codes.Length == 0)
            return true;

        if (!CheckLists())
            return false;

        if (Sources.Length > 0 && !MarkUse.IsPossible(Paths(Sources), Paths(Assemblies)))
            return true;

        string key = Key(codes);
        string keyFile = OutputFile + ".key";
        if (!File.Exists(OutputFile) || !File.Exists(keyFile) || File.ReadAllText(keyFile) != key)
        {
            if (!TryWrite(codes, key))
                return true;

            File.WriteAllText(keyFile, key);
        }

        EffectsFiles = [new TaskItem(OutputFile)];
        return true;
    }

    /// <summary>Assemblies that cannot be read stay unknown: the rules say so where one is called, and the build goes on until then.</summary>
    private bool TryWrite(ReferenceCode[] codes, string key)
    {
        try
        {
            Write(s_texts.GetOrAdd(key, _ => Infer(codes)));
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.LogWarning("The effects of references are not known: {0}", failure);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    private static IEnumerable<string> Paths(ITaskItem[] items) => items.Select(static item => item.GetMetadata("FullPath"));

    /// <summary>A line that is none would be passed over in silence by the analyzers.</summary>
    private bool CheckLists()
    {
        foreach (string path in Paths(Overrides))
        {
            foreach (string line in EffectOverrideFile.Parse(File.ReadAllText(path)).Errors)
                Log.LogError(null, "KM0006", null, path, 0, 0, 0, 0, "A line of a list of effects is 'documentation-id verdicts # why', not '{0}'", line);
        }

        return !Log.HasLoggedErrors;
    }

    private string Infer(ReferenceCode[] codes)
    {
        IEnumerable<string> references = Paths(References).Concat(Paths(Assemblies));
        EffectsFile[] known = [.. Paths(KnownEffects).Select(static path => EffectsFile.Parse(File.ReadAllText(path))), KnownFiles.Platform];
        EffectOverrides overrides = new([.. Paths(Overrides).Select(static path => EffectOverrideFile.Parse(File.ReadAllText(path))), EffectOverrides.Platform]);
        using World world = new(codes.Select(static code => code.Path), references);
        return EffectsWriter.Write(EffectsInference.Infer(world, overrides, new KnownFiles(known).Find, _cancellation.Token));
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(OutputFile))!);
        if (!File.Exists(OutputFile) || File.ReadAllText(OutputFile) != text)
            File.WriteAllText(OutputFile, text);
    }

    /// <summary>All that the text depends on.</summary>
    private string Key(ReferenceCode[] codes)
    {
        StringBuilder key = new();
        key.Append(typeof(World).Module.ModuleVersionId).Append('\n');
        foreach (ReferenceCode code in codes)
            key.Append(code.Path).Append(' ').Append(code.Mvid).Append('\n');
        foreach (string path in Paths(KnownEffects).Concat(Paths(Overrides)))
            key.Append(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))).Append('\n');
        return key.ToString();
    }
}
