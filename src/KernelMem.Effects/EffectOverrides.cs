using System;
using System.Collections.Generic;
using System.IO;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>What people know better than the code shows, for the members that the inference meets.</summary>
internal sealed class EffectOverrides(params EffectOverrideFile[] files)
{
    private readonly Dictionary<MethodDefinition, MemberEffects?> _known = [];

    /// <summary>The lines for native code and intrinsics of the platform.</summary>
    public static EffectOverrideFile Platform { get; } = ReadPlatform();

    public bool TryGet(MethodDefinition method, out MemberEffects effects)
    {
        if (!_known.TryGetValue(method, out MemberEffects? known))
            _known.Add(method, known = Find(method));

        effects = known.GetValueOrDefault();
        return known is not null;
    }

    private static EffectOverrideFile ReadPlatform()
    {
        using Stream stream = typeof(EffectOverrides).Assembly.GetManifestResourceStream("Platform.kmoverrides");
        using StreamReader reader = new(stream);
        EffectOverrideFile file = EffectOverrideFile.Parse(reader.ReadToEnd());
        return file.Errors.Count == 0 ? file : throw new FormatException(file.Errors[0]);
    }

    private MemberEffects? Find(MethodDefinition method)
    {
        string type = DocumentationIds.TypeName(method.DeclaringType);
        string member = DocumentationIds.MemberName(method);
        foreach (EffectOverrideFile file in files)
        {
            if (file.TryGet(type, member, isNative: !method.HasBody && !method.IsAbstract, out MemberEffects effects))
                return effects;
        }

        return null;
    }
}
