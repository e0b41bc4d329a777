using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// What is known of the members of other assemblies: from <c>*.kmoverrides</c> among the additional files, then from <c>*.kmeffects</c>
/// among them, then from the file for .NET 10 that is in this assembly. A verdict is on the member's own code: what a virtual call of it
/// runs is another question.
/// </summary>
internal sealed class EffectsCatalog
{
    private static readonly ConditionalWeakTable<Compilation, EffectsCatalog> s_catalogs = new();
    private static readonly ConditionalWeakTable<SourceText, EffectsFile> s_files = new();
    private static readonly ConditionalWeakTable<SourceText, EffectOverrideFile> s_overrides = new();
    private static readonly Lazy<EffectsFile> s_platform = new(ReadPlatform);

    private readonly ConcurrentDictionary<IMethodSymbol, MemberEffects?> _known = new(SymbolEqualityComparer.Default);
    private readonly EffectOverrideFile[] _overrideFiles;
    private readonly EffectsFile[] _effectsFiles;

    private EffectsCatalog(EffectOverrideFile[] overrides, EffectsFile[] files)
    {
        _overrideFiles = overrides;
        _effectsFiles = files;
    }

    /// <summary>The effects files among the additional files.</summary>
    public IReadOnlyList<EffectsFile> Files => _effectsFiles;

    /// <summary>The file for .NET 10.</summary>
    public static EffectsFile Platform => s_platform.Value;

    /// <summary>The catalogue of a compilation, made once.</summary>
    public static EffectsCatalog Of(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        if (s_catalogs.TryGetValue(compilation, out EffectsCatalog? catalog))
            return catalog;

        EffectsCatalog made = Read(options, cancellation);
        return s_catalogs.GetValue(compilation, _ => made);
    }

    /// <summary>What is known of a member, whatever its type arguments are; false if nothing is.</summary>
    public bool TryGet(IMethodSymbol member, out MemberEffects effects)
    {
        MemberEffects? known = _known.GetOrAdd((member.ReducedFrom ?? member).OriginalDefinition, Find);
        effects = known.GetValueOrDefault();
        return known is not null;
    }

    /// <summary>Whether some file speaks of an assembly. Of one of which none does, nothing is known but what its marks say.</summary>
    public bool Knows(IAssemblySymbol assembly)
        => IsPlatform(assembly) || _effectsFiles.Any(file => file.Assemblies.Any(known => string.Equals(known.Name, assembly.Name, StringComparison.Ordinal)));

    private static EffectsCatalog Read(AnalyzerOptions options, CancellationToken cancellation)
    {
        List<EffectOverrideFile> overrides = [];
        List<EffectsFile> files = [];
        foreach (AdditionalText text in options.AdditionalFiles)
        {
            if (text.Path.EndsWith(".kmoverrides", StringComparison.OrdinalIgnoreCase) && text.GetText(cancellation) is { } lines)
                overrides.Add(s_overrides.GetValue(lines, static source => EffectOverrideFile.Parse(source.ToString())));
            else if (text.Path.EndsWith(".kmeffects", StringComparison.OrdinalIgnoreCase) && text.GetText(cancellation) is { } source)
                files.Add(s_files.GetValue(source, static source => EffectsFile.Parse(source.ToString())));
        }

        return new EffectsCatalog([.. overrides], [.. files]);
    }

    private static EffectsFile ReadPlatform()
    {
        using Stream resource = typeof(EffectsCatalog).Assembly.GetManifestResourceStream("Platform.kmeffects.gz");
        using GZipStream text = new(resource, CompressionMode.Decompress);
        using StreamReader reader = new(text);
        return EffectsFile.Parse(reader.ReadToEnd());
    }

    private MemberEffects? Find(IMethodSymbol member)
    {
        if (member.ContainingType is not { } container || container.GetDocumentationCommentId() is not { } typeId || member.GetDocumentationCommentId() is not { } id || id.Length <= typeId.Length)
            return null;

        string type = typeId.Substring(2);
        string name = id.Substring(typeId.Length + 1);
        foreach (EffectOverrideFile file in _overrideFiles)
        {
            if (file.TryGet(type, name, isNative: false, out MemberEffects effects))
                return effects;
        }

        // A struct's default value is a constructor to the compiler only.
        if (member is { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true, Parameters.Length: 0 } && container.IsValueType)
            return new MemberEffects(EffectVerdict.Never, EffectVerdict.Never, EffectVerdict.Never, "");

        if (InFiles(member, type, name) is { } known)
            return known;

        // A reference assembly may declare an override that the implementation does not have.
        return member.OverriddenMethod is { } overridden ? Find(overridden.OriginalDefinition) : null;
    }

    private MemberEffects? InFiles(IMethodSymbol member, string type, string name)
    {
        string assembly = member.ContainingAssembly?.Name ?? "";
        foreach (EffectsFile file in _effectsFiles)
        {
            if (file.TryGet(assembly, type, name, out MemberEffects effects))
                return effects;
        }

        return IsPlatform(member.ContainingAssembly) && Platform.TryGet(assembly, type, name, out MemberEffects platform) ? platform : null;
    }

    /// <summary>Another assembly may have a type with the name of one of the platform's.</summary>
    private static bool IsPlatform(IAssemblySymbol? assembly)
        => assembly is not null && s_platformKeys.Contains(string.Concat(assembly.Identity.PublicKeyToken.Select(static part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))));

    private static readonly HashSet<string> s_platformKeys = new(StringComparer.Ordinal)
    {
        "7cec85d7bea7798e", // System.Private.CoreLib
        "b03f5f7f11d50a3a",
        "b77a5c561934e089",
        "cc7b13ffcd2ddd51",
        "adb9793829ddae60",
        "31bf3856ad364e35",
    };
}
