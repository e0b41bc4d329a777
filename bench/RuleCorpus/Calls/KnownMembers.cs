extern alias Inference;

using System.Collections.Generic;
using System.Linq;
using Inference::KernelMem.Analyzers.Effects;
using Inference::KernelMem.Effects;
using Mono.Cecil;

namespace RuleCorpus.Calls;

/// <summary>What lists and effects files say of members that are not in the program: the same texts that the rules have.</summary>
internal sealed class KnownMembers(IReadOnlyList<ProgramText> texts)
{
    /// <summary>What the code of libraries is judged by, where it is looked at.</summary>
    public EffectOverrides Overrides { get; } = new(EffectOverrides.Platform);

    private readonly EffectOverrides _overrides = new([.. texts.Where(static text => text.Path.EndsWith(".kmoverrides", System.StringComparison.Ordinal)).Select(static text => EffectOverrideFile.Parse(text.Content))]);
    private readonly KnownFiles _files = new([.. texts.Where(static text => text.Path.EndsWith(".kmeffects", System.StringComparison.Ordinal)).Select(static text => EffectsFile.Parse(text.Content)), KnownFiles.Platform]);

    public bool DependsOnTypeArguments(MethodDefinition member) => Known(member) is { Allocates: EffectVerdict.DependsOnTypeArguments };

    public MemberEffects? Known(MethodDefinition member) => _overrides.TryGet(member, out MemberEffects listed) ? listed : _files.Find(member);

    public ReasonedVerdict? Find(MethodDefinition member)
    {
        if (Known(member) is not { } known)
            return null;

        return known.Allocates switch
        {
            EffectVerdict.Always => new ReasonedVerdict(Verdict.Always, known.Reason),
            EffectVerdict.Unknown => new ReasonedVerdict(Verdict.Unknown, known.Reason),
            _ => new ReasonedVerdict(Verdict.Never, ""),
        };
    }
}
